import type { SimulatedAnswer, SimulatedRequest } from '../conversation.js';
import type { Fault, HttpFaultKind } from '../options.js';
import type { TokenCount } from '../tokens.js';

/** What an answer is written with. */
export interface Writing {
  request: SimulatedRequest;
  answer: SimulatedAnswer;
  tokens: TokenCount;
  /** What the endpoint says that it is. */
  model: string;
  /** A tool-call quirk to imitate. */
  quirk: Fault | undefined;
}

/** What is written of a stream at once: text, or the bytes of a binary form. */
export type StreamPiece = string | Uint8Array;

/** What a stream looks like on its outside. */
export interface StreamForm {
  contentType: string;
  /** An event that cannot be read. */
  malformedEvent: StreamPiece;
}

/** An error, before a wire gives it its form. A `WireRefusal` is one. */
export interface WireError {
  status: number;
  type: string;
  message: string;
  code: string | null;
  /** Where the endpoint says how long to wait. */
  retryAfterMs?: number;
}

/** One wire API, seen from the server. */
export interface ServerWire {
  /** What follows the server's address in the base URL of a backend. */
  basePath: string;
  /** The path that it is served at, or a pattern where the path tells more, e.g. the model. */
  path: string | RegExp;
  /** Throws `WireRefusal` where the real endpoint would answer 400. */
  read(body: unknown, path: string): SimulatedRequest;
  /** A whole answer. */
  whole(writing: Writing): unknown;
  /** The same as stream events, each ready to be written. */
  events(writing: Writing): StreamPiece[];
  /** How a stream is sent. Default: as server-sent events. */
  stream?: StreamForm;
  /** The body of an error. */
  error(error: WireError): unknown;
  /** The headers of an error. Default: `retry-after` and `retry-after-ms` where it says how long to wait. */
  errorHeaders?(error: WireError): Record<string, string>;
  /** An error within a stream. */
  errorEvent(): StreamPiece;
  /** Failures that the endpoint puts otherwise than OpenAI's. */
  failures?: Readonly<Partial<Record<HttpFaultKind, WireError>>>;
  overflow(tokens: number, window: number): { type: string; message: string; code: string | null };
}
