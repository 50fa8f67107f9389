import type { JsonObject, JsonValue } from '../json.js';

/**
 * The language model interface of the Vercel AI SDK, by its shape: `LanguageModelV2` and `LanguageModelV3` of
 * `@ai-sdk/provider` fit it, and nothing of the SDK is loaded.
 */
export interface AiSdkModel {
  readonly specificationVersion: string;
  readonly provider: string;
  readonly modelId: string;
  doGenerate(options: AiSdkCallOptions): PromiseLike<AiSdkAnswer>;
  doStream(options: AiSdkCallOptions): PromiseLike<{ stream: ReadableStream<unknown> }>;
}

/** A whole answer; what is in it is read as what it may be. */
export interface AiSdkAnswer {
  content: readonly unknown[];
  finishReason: unknown;
  usage: unknown;
  response?: unknown;
}

type ProviderOptions = Record<string, JsonObject>;

export interface AiSdkCallOptions {
  prompt: AiSdkMessage[];
  tools?: AiSdkTool[];
  toolChoice?: { type: 'auto' } | { type: 'none' } | { type: 'required' } | { type: 'tool'; toolName: string };
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  stopSequences?: string[];
  seed?: number;
  abortSignal?: AbortSignal;
  headers?: Record<string, string>;
  providerOptions?: ProviderOptions;
}

export interface AiSdkTool {
  type: 'function';
  name: string;
  description?: string;
  inputSchema: JsonObject;
}

export type AiSdkMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: (AiSdkText | AiSdkFile)[] }
  | { role: 'assistant'; content: (AiSdkText | AiSdkReasoning | AiSdkToolCall)[] }
  | { role: 'tool'; content: AiSdkToolResult[] };

export interface AiSdkText {
  type: 'text';
  text: string;
}

export interface AiSdkFile {
  type: 'file';
  mediaType: string;
  /** Base64, or an address. */
  data: string | URL;
}

export interface AiSdkReasoning {
  type: 'reasoning';
  text: string;
  providerOptions?: ProviderOptions;
}

export interface AiSdkToolCall {
  type: 'tool-call';
  toolCallId: string;
  toolName: string;
  input: JsonValue;
  providerOptions?: ProviderOptions;
}

export interface AiSdkToolResult {
  type: 'tool-result';
  toolCallId: string;
  toolName: string;
  output: { type: 'text'; value: string } | { type: 'error-text'; value: string };
}
