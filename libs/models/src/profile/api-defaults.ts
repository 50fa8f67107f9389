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

/** Of an endpoint of which nothing is known: nearly all servers have JSON mode, and many refuse it, or lose the calls, beside tools. */
const ASKED: OutputRule = {
  methods: ['tool', 'json_object', 'prompt'],
  besideTools: ['tool', 'prompt'],
  subset: 'openai-strict',
};

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
    // `output_config.format`, which stands beside tools as well.
    output: {
      methods: ['json_schema', 'tool', 'prompt'],
      besideTools: ['json_schema', 'tool', 'prompt'],
      subset: 'anthropic-output',
    },
    usage: { inputIncludesCached: false, outputIncludesReasoning: true },
    placement: 'first',
    reasoning: { signer: 'anthropic', replay: 'signed' },
  },
  'openai-responses': {
    ...COMMON,
    output: {
      methods: ['json_schema', 'tool', 'json_object', 'prompt'],
      besideTools: ['json_schema', 'tool', 'prompt'],
      subset: 'openai-strict',
    },
    placement: 'first',
    reasoning: { signer: 'openai', replay: 'signed' },
  },
  gemini: {
    ...COMMON,
    tools: { ...TOOLS, subset: 'gemini', nameStartsWithLetter: true },
    // Before Gemini 3: "Function calling with a response mime type: 'application/json' is unsupported".
    output: {
      methods: ['json_schema', 'tool', 'json_object', 'prompt'],
      besideTools: ['tool', 'prompt'],
      subset: 'gemini',
    },
    callIds: 'none',
    usage: { inputIncludesCached: true, outputIncludesReasoning: false },
    // Gemini 3 answers 400 to a turn whose first call lacks its signature; the placeholder is Google's own for calls from elsewhere.
    callSeal: { field: 'thoughtSignature', placeholder: 'skip_thought_signature_validator' },
    placement: 'first',
    reasoning: { signer: 'gemini', replay: 'signed' },
  },
  bedrock: {
    ...COMMON,
    // The wire has no word for `none`.
    tools: { ...TOOLS, choices: ['auto', 'required', 'named'] },
    // `outputConfig` is taken by some models only.
    output: { methods: ['tool', 'prompt'], besideTools: ['tool', 'prompt'], subset: 'anthropic-output' },
    usage: { inputIncludesCached: false, outputIncludesReasoning: true },
    placement: 'first',
    reasoning: { signer: 'bedrock', replay: 'signed' },
  },
  mistral: {
    ...COMMON,
    output: {
      methods: ['json_schema', 'tool', 'json_object', 'prompt'],
      besideTools: ['tool', 'prompt'],
      subset: 'openai-strict',
    },
    callIds: 'alnum9',
    streamUsage: false,
    placement: 'first',
    reasoning: { signer: 'mistral', replay: 'field' },
  },
  cohere: {
    ...COMMON,
    // Some call is demanded, or none; a certain one is by offering no other.
    tools: { ...TOOLS, choices: ['auto', 'none', 'required'] },
    // JSON mode takes a schema as well, but of every object a required property, and is refused beside tools.
    output: { methods: ['json_object', 'tool', 'prompt'], besideTools: ['tool', 'prompt'], subset: 'openai-strict' },
    placement: 'first',
    reasoning: { signer: 'cohere', replay: 'field' },
  },
  ollama: {
    ...COMMON,
    // No choice of tools is taken at all.
    tools: { ...TOOLS, choices: ['auto'] },
    // `format` is a grammar for the whole answer, in which no call has a place.
    output: {
      methods: ['json_schema', 'tool', 'json_object', 'prompt'],
      besideTools: ['tool', 'prompt'],
      subset: 'grammar',
    },
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
