import type { Profile, ReasoningRule, WireApiName } from './profile.js';

/** What a profile has that says nothing else, and that differs between wire APIs. */
export interface ApiDefaults extends Pick<Profile, 'callIds' | 'usage' | 'callSeal' | 'streamUsage'> {
  placement: Profile['system']['placement'];
  /** Over `openai-chat` many providers are met, so that only a profile can tell who reads reasoning back. */
  reasoning: Pick<ReasoningRule, 'signer' | 'replay'>;
}

/** As most have it. */
const COMMON: ApiDefaults = {
  callIds: 'token',
  usage: { inputIncludesCached: true, outputIncludesReasoning: true },
  callSeal: null,
  streamUsage: true,
  placement: 'anywhere',
  reasoning: { signer: '', replay: 'none' },
};

/** The defaults of each wire API. */
export const API_DEFAULTS: Readonly<Record<WireApiName, ApiDefaults>> = {
  'openai-chat': COMMON,
  anthropic: {
    ...COMMON,
    usage: { inputIncludesCached: false, outputIncludesReasoning: true },
    placement: 'first',
    reasoning: { signer: 'anthropic', replay: 'signed' },
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
    reasoning: { signer: 'ollama', replay: 'field' },
  },
};
