import type { JsonObject, JsonValue } from '../json.js';

/** Version of the canonical form. Grows when a stored message could no longer be read as it was meant. */
export const CANONICAL_VERSION = 1;

export type Role = 'system' | 'user' | 'assistant' | 'tool';

export interface TextPart {
  type: 'text';
  text: string;
  /** In a result: a tool brought it from outside. A model is shown it in a mark, and is told what that means. */
  untrusted?: boolean;
}

/** What a model thought aloud. It goes back only to who signed it: see `signer`. */
export interface ReasoningPart {
  type: 'reasoning';
  /** May be empty: some providers give only the sealed form. */
  text: string;
  /** Who can read it back: the `reasoning.signer` of the profile that produced it, e.g. `anthropic`. */
  signer?: string;
  /** The provider's proof that the text is its own; returned unchanged. */
  signature?: string;
  /** A sealed form (redacted or encrypted reasoning); returned unchanged. */
  opaque?: JsonValue;
}

/** An image, by content or by address: exactly one of `data` and `url`. */
export interface ImagePart {
  type: 'image';
  /** For example `image/png`. */
  mediaType: string;
  /** Base64, without a `data:` prefix. */
  data?: string;
  url?: string;
}

export interface ToolCallPart {
  type: 'tool_call';
  /** Minted by the caller, unique in the conversation; mapped to what each backend demands when it is sent. */
  id: string;
  /** The tool's name as the request gave it. */
  name: string;
  /** Always an object; each wire writes it in its own way. */
  arguments: JsonObject;
  /** The id that the provider gave, for the record only. */
  providerId?: string;
  /** Something sealed that came with the call and goes back to its signer unchanged (Gemini's thought signatures). */
  seal?: { signer: string; value: JsonValue };
}

export interface ToolResultPart {
  type: 'tool_result';
  /** The `id` of the call that it answers. */
  callId: string;
  name: string;
  parts: (TextPart | ImagePart)[];
  isError: boolean;
}

export type Part = TextPart | ReasoningPart | ImagePart | ToolCallPart | ToolResultPart;

/** Where an assistant message came from. */
export interface Provenance {
  /** Name of the backend. */
  backend: string;
  /** Version of the profile that it was read with. */
  profileVersion: string;
  /** The model id as the provider answered it. */
  model: string;
  responseId?: string;
}

/**
 * One message in the form that every backend can be given and every answer is read into. Plain JSON: it survives
 * `JSON.parse(JSON.stringify(message))` unchanged.
 */
export interface CanonicalMessage {
  role: Role;
  parts: Part[];
  provenance?: Provenance;
}
