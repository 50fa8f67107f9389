import type { SimulatedAnswer, SimulatedRequest } from '../conversation.js';
import type { Fault } from '../options.js';
import type { TokenCount } from '../tokens.js';

/** What an answer is written with. */
export interface Writing {
  request: SimulatedRequest;
  answer: SimulatedAnswer;
  tokens: TokenCount;
  /** A tool-call quirk to imitate. */
  quirk: Fault | undefined;
}

/** What a stream looks like on its outside. */
export interface StreamForm {
  contentType: string;
  /** An event that is not JSON. */
  malformedEvent: string;
}

/** One wire API, seen from the server. */
export interface ServerWire {
  /** The path that it is served at. */
  path: string;
  /** Throws `WireRefusal` where the real endpoint would answer 400. */
  read(body: unknown): SimulatedRequest;
  /** A whole answer. */
  whole(writing: Writing): unknown;
  /** The same as stream events, each ready to be written. */
  events(writing: Writing): string[];
  error(status: number, type: string, message: string, code: string | null): unknown;
  /** An error within a stream. */
  errorEvent(): string;
  /** How a stream is sent, where it is not server-sent events. */
  stream?: StreamForm;
  overflow(tokens: number, window: number): { type: string; message: string; code: string | null };
}
