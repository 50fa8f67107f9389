import { createHash } from 'node:crypto';
import type { JsonValue } from '../json.js';
import { stableStringify } from '../json.js';
import type { OutputMethod } from '../schema/structured-output.js';
import type { SubsetName } from '../schema/projection.js';
import type { Prices, UsageRule } from '../usage.js';
import { API_DEFAULTS } from './api-defaults.js';

/** The wire APIs that this library speaks. */
export const WIRE_API_NAMES = [
  'openai-chat',
  'anthropic',
  'openai-responses',
  'gemini',
  'bedrock',
  'mistral',
  'cohere',
  'ollama',
  'completion',
] as const;

export type WireApiName = (typeof WIRE_API_NAMES)[number];

/**
 * What ids of tool calls a backend takes.
 * - `token`: `[a-zA-Z0-9_-]`, at most 40 characters (OpenAI and Anthropic at once)
 * - `alnum9`: exactly nine letters or digits (Mistral)
 * - `positional`: `functions.NAME:INDEX`, counted over the conversation; the model reads meaning into it (Kimi K2)
 * - `none`: none is sent; calls and results belong together by name and order (Gemini on Vertex)
 */
export type CallIdRule = 'token' | 'alnum9' | 'positional' | 'none';

export interface Capabilities {
  tools: boolean;
  vision: boolean;
  streaming: boolean;
  parallelToolCalls: boolean;
  reasoning: boolean;
}

export interface ReasoningRule {
  /** The prompt opens the reasoning, so that an answer begins within it (DeepSeek R1, GLM, Qwen3 Thinking on a bare server). */
  opened: boolean;
  /** Fields of an OpenAI-like message that hold reasoning text; read in this order, the first that is there counts. */
  fields: string[];
  /** Who recognises its own reasoning; empty when reasoning is never sent back. */
  signer: string;
  /**
   * - `none`: dropped
   * - `field`: sent back as text, in `fields[0]` over `openai-chat`, in the wire's own place over the others
   * - `signed`: sent back with its signature or sealed form only
   */
  replay: 'none' | 'field' | 'signed';
}

/** A member of a tool call that must go back unchanged. */
export interface CallSealRule {
  field: string;
  /** Sent with a turn's first call when the call came from elsewhere; null sends nothing. */
  placeholder: JsonValue;
}

/**
 * How tools reach the model and its calls come back.
 * - `native`: in the wire API's own fields
 * - `text`: written into the prompt in the profile's dialect, and read from the text
 * - `constrained`: written into the prompt, and the whole answer held to a schema that has a place for the calls
 */
export const TOOL_MODES = ['native', 'text', 'constrained'] as const;

export type ToolMode = (typeof TOOL_MODES)[number];

export const TOOL_CHOICE_NAMES = ['auto', 'none', 'required', 'named'] as const;

export interface ToolRule {
  mode: ToolMode;
  /** What the endpoint takes of JSON Schema in a tool's parameters. */
  subset: SubsetName;
  /** Tools in one request. */
  max: number;
  /** Characters of a name. All of them are letters, digits, `_` and `-`. */
  nameLength: number;
  /** A name has to begin with a letter or `_`. */
  nameStartsWithLetter: boolean;
  /** Values of tool choice that the endpoint takes; another one is left out, or the tools are. */
  choices: (typeof TOOL_CHOICE_NAMES)[number][];
  /** How arguments stand in the history over `openai-chat` and in chat templates: as JSON text, or as an object. */
  arguments: 'string' | 'object';
}

/** How an endpoint can be asked for a value that fits a schema. */
export interface OutputRule {
  methods: OutputMethod[];
  /** Those of them that can stand beside tools, without taking the calls away. */
  besideTools: OutputMethod[];
  /** What `json_schema` takes. */
  subset: SubsetName;
}

/**
 * What an endpoint does with a prompt that does not fit its window.
 * - `error`: it says so
 * - `accepts`: it answers, and only the usage shows it (Z.ai)
 * - `truncates`: it drops a part of the prompt without a word (Ollama)
 */
export const OVERFLOW_BEHAVIOURS = ['error', 'accepts', 'truncates'] as const;

export interface TokenRule {
  /** Whose tokenizer counts: a name of `TOKENIZER_NAMES`; `estimate` where it cannot be had. */
  tokenizer: string;
  /** For estimates; calibrated by what the endpoint reports. */
  charactersPerToken: number;
}

/** The model's own template, for raw completion. */
export interface ChatTemplate {
  /** Jinja, as published with the model. */
  source: string;
  bosToken: string;
  eosToken: string;
}

/** Names of request settings that a backend may not take. */
export type SettingName = 'temperature' | 'topP' | 'stop' | 'seed' | 'parallelToolCalls' | 'specialTokens';

/** What is known about one served endpoint: data, stored as JSON, corrected by probing. Never about a model's name alone. */
export interface Profile {
  /** Content hash of everything below: two equal profiles have one version. */
  version: string;
  api: WireApiName;
  /** Tokens, input and output together, as served. */
  contextWindow: number;
  maxOutputTokens: number;
  /**
   * The dialect in which reasoning and calls may stand in the text, because no parser of the server takes them out: a name
   * of `DIALECT_NAMES`; `auto` finds it out; empty where the provider's text is only text.
   */
  dialect: string;
  callIds: CallIdRule;
  tools: ToolRule;
  output: OutputRule;
  usage: UsageRule;
  reasoning: ReasoningRule;
  /** Null where calls carry no seal. */
  callSeal: CallSealRule | null;
  /** Null where nothing is paid a token. */
  prices: Prices | null;
  capabilities: Capabilities;
  /** Role for instructions, and whether they may stand anywhere or only first. */
  system: { role: 'system' | 'developer'; placement: 'anywhere' | 'first' };
  /** Whether a user may speak right after results of tools; some templates raise unless the assistant does first. */
  userAfterResults: boolean;
  /** `untrusted`: the word for an ordinary end does not prove that the answer is whole. */
  finish: 'trusted' | 'untrusted';
  overflow: (typeof OVERFLOW_BEHAVIOURS)[number];
  tokens: TokenRule;
  /** For `completion`, which writes ChatML where it is null; over the other APIs the server applies its own. */
  template: ChatTemplate | null;
  /** Body field for the output limit. */
  maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `stream_options.include_usage` may be sent. */
  streamUsage: boolean;
  /** Settings that the endpoint rejects; left out when rendering. */
  unsupported: SettingName[];
  /** True when limits and prices are from a table and were not measured at the endpoint. */
  approximate: boolean;
}

/** A profile without what has a default. */
export type ProfileInit = Pick<Profile, 'api'> &
  Partial<Omit<Profile, 'version' | 'api' | 'capabilities' | 'reasoning' | 'tools' | 'output' | 'tokens'>> & {
    capabilities?: Partial<Capabilities>;
    reasoning?: Partial<ReasoningRule>;
    tools?: Partial<ToolRule>;
    output?: Partial<OutputRule>;
    tokens?: Partial<TokenRule>;
  };

/** Completes a profile with its wire API's defaults and gives it its version. */
export function defineProfile(init: ProfileInit): Profile {
  // Copies, so that no profile shares what another may change.
  const { placement, reasoning, tools, output, ...defaults } = structuredClone(API_DEFAULTS[init.api]);
  const content: Omit<Profile, 'version'> = {
    contextWindow: 32_768,
    // An answer is part of the window.
    maxOutputTokens: Math.min(4_096, init.contextWindow ?? 4_096),
    ...defaults,
    prices: null,
    system: { role: 'system', placement },
    userAfterResults: true,
    finish: 'trusted',
    overflow: 'error',
    template: null,
    maxTokensField: 'max_tokens',
    unsupported: [],
    approximate: false,
    ...init,
    capabilities: {
      tools: true,
      vision: false,
      streaming: true,
      parallelToolCalls: true,
      reasoning: false,
      ...init.capabilities,
    },
    reasoning: {
      opened: false,
      fields: ['reasoning_content', 'reasoning'],
      ...reasoning,
      ...init.reasoning,
    },
    tools: { ...tools, ...init.tools },
    output: { ...output, ...init.output },
    tokens: { tokenizer: 'estimate', charactersPerToken: 4, ...init.tokens },
  };
  return { version: profileVersion(content), ...content };
}

/** The content hash of a profile: `p_` and 16 hexadecimal digits. */
export function profileVersion(profile: Omit<Profile, 'version'> & { version?: string }): string {
  // A profile is JSON by construction; the round trip states it to the compiler and drops undefined members.
  const json = JSON.parse(JSON.stringify({ ...profile, version: undefined })) as JsonValue;
  return `p_${createHash('sha256').update(stableStringify(json)).digest('hex').slice(0, 16)}`;
}
