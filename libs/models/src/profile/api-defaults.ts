import type { OutputRule, Profile, ReasoningRule, ToolRule, WireApiName } from './profile.js';

/** What a profile has that says nothing else, and that differs between wire APIs. */
export interface ApiDefaults extends Pick<Profile, 'dialect' | 'callIds' | 'usage' | 'callSeal' | 'streamUsage'> {
  placement: Profile['system']['placement'];
  /** Over `openai-chat` many providers are met, so that only a profile can tell who reads reasoning back. */
  reasoning: Pick<ReasoningRule, 'signer' | 'replay'>;
  tools: ToolRule;
  output: OutputRule;
}

/** What nearly all take: OpenAI states 128 tools and names of 64 characters. */
const TOOLS: ToolRule = {
  mode: 'native',
  subset: 'json-schema',
  max: 128,
  nameLength: 64,
  nameStartsWithLetter: false,
  choices: ['auto', 'none', 'required', 'named'],
  arguments: 'string',
};

/** Of an endpoint of which nothing is known. */
const ASKED: OutputRule = { methods: ['tool', 'prompt'], subset: 'json-schema' };

/** As most have it. */
const COMMON: ApiDefaults = {
  dialect: '',
  callIds: 'token',
  usage: { inputIncludesCached: true, outputIncludesReasoning: true },
  callSeal: null,
  streamUsage: true,
  placement: 'anywhere',
  reasoning: { signer: '', replay: 'none' },
  tools: TOOLS,
  output: ASKED,
};

/** The defaults of each wire API. */
export const API_DEFAULTS: Readonly<Record<WireApiName, ApiDefaults>> = {
  // Open models are served over it by everybody, with and without a parser for what they write.
  'openai-chat': { ...COMMON, dialect: 'auto' },
  anthropic: {
    ...COMMON,
    usage: { inputIncludesCached: false, outputIncludesReasoning: true },
    placement: 'first',
    reasoning: { signer: 'anthropic', replay: 'signed' },
  },
  'openai-responses': {
    ...COMMON,
    placement: 'first',
    reasoning: { signer: 'openai', replay: 'signed' },
  },
  gemini: {
    ...COMMON,
    callIds: 'none',
    usage: { inputIncludesCached: true, outputIncludesReasoning: false },
    // Gemini 3 answers 400 to a turn whose first call lacks its signature; the placeholder is Google's own for calls from elsewhere.
    callSeal: { field: 'thoughtSignature', placeholder: 'skip_thought_signature_validator' },
    placement: 'first',
    reasoning: { signer: 'gemini', replay: 'signed' },
  },
  bedrock: {
    ...COMMON,
    usage: { inputIncludesCached: false, outputIncludesReasoning: true },
    placement: 'first',
    reasoning: { signer: 'bedrock', replay: 'signed' },
  },
  mistral: {
    ...COMMON,
    callIds: 'alnum9',
    streamUsage: false,
    placement: 'first',
    reasoning: { signer: 'mistral', replay: 'field' },
  },
  cohere: {
    ...COMMON,
    placement: 'first',
    reasoning: { signer: 'cohere', replay: 'field' },
  },
  ollama: {
    ...COMMON,
    dialect: 'auto',
    reasoning: { signer: 'ollama', replay: 'field' },
  },
  completion: {
    ...COMMON,
    dialect: 'auto',
    placement: 'first',
    // The template decides what of it stays.
    reasoning: { signer: 'completion', replay: 'field' },
    // `native`: the template writes the tools, or the prompt does in the dialect where the template has no place for them.
    tools: { ...TOOLS, choices: ['auto', 'none', 'named'], arguments: 'object' },
  },
};
