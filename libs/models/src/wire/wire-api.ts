import type { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelEvent } from '../model-response.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Backend } from '../profile/backend.js';
import type { WireApiName } from '../profile/profile.js';

/** A decoded event of a stream, before the wire API gives it a meaning. A whole JSON body counts as one event. */
export interface WireEvent {
  /** The SSE event name, where there is one. */
  event?: string;
  /** Undefined if the text is not JSON. */
  data: JsonValue | undefined;
  /** What `data` was parsed from. */
  text: string;
}

/** The part of a backend that decides how a request is written and an answer read. */
export type WireTarget = Pick<Backend, 'name' | 'model' | 'profile'>;

/** A request ready to be sent, but for the key. */
export interface WireRequest {
  /** Appended to the backend's base URL, e.g. `/chat/completions`; may end with a query. */
  path: string;
  headers: Record<string, string>;
  body: JsonObject;
}

export interface ReaderContext {
  target: WireTarget;
  /** The request that is answered: its tools and schemas judge the calls. */
  request: ModelRequest;
  /** Gives each new call its id, unique in the conversation. */
  mintCallId: () => string;
}

/** Reads one answer. It sees decoded events, so it cannot depend on how the bytes were cut. */
export interface AnswerReader {
  /** Takes the next event. Throws `ModelError` for an error that the provider sent within the stream. */
  push(event: WireEvent): ModelEvent[];
  /** The stream is over. Gives the last events, `response` at the end; throws `broken_stream` if the answer is not whole. */
  end(): ModelEvent[];
}

/** Turns a stream's bytes, cut anywhere, into events. */
export interface StreamDecoder {
  push(bytes: Uint8Array): WireEvent[];
  /** The bytes are over: what was still pending, if it is whole. */
  end(): WireEvent[];
}

/** What a signature covers. */
export interface OutgoingRequest {
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** The bytes of the body, as text. */
  body: string;
}

/** An HTTP answer that is not a success. */
export interface HttpFailure {
  status: number;
  headers: Headers;
  /** The body's beginning. */
  text: string;
}

/** One way to talk to model endpoints. Stateless; all that differs between endpoints comes from the profile. */
export interface WireApi {
  readonly name: WireApiName;
  render(request: ModelRequest, target: WireTarget): WireRequest;
  /** Headers that carry the key, or prove that the sender has it. */
  authHeaders(apiKey: string, request: OutgoingRequest): Record<string, string>;
  /** Of a streamed answer. Default: server-sent events. */
  createDecoder?(): StreamDecoder;
  createReader(context: ReaderContext): AnswerReader;
  classifyError(failure: HttpFailure, target: WireTarget): ModelError;
}
