import type { JsonObject } from '../json.js';
import type { Repair } from '../model-response.js';
import type { Reading, TextSource } from './text-source.js';

/** A call as it was read from text, before anything is believed about it. */
export interface DraftCall {
  name: string;
  /** JSON, where it could be read; what was written otherwise. */
  arguments: string;
  /** The id that the model wrote; empty where it wrote none. */
  id: string;
  repairs: Repair[];
}

/** What stood after a marker. */
export type BodyOutcome =
  /** Whole calls; `text` is what the model says to its user by them. */
  | { kind: 'calls'; calls: DraftCall[]; text?: string }
  /** Something that only looked like a call. */
  | { kind: 'prose' }
  /** A call that cannot be read; `calls` are those before it, `until` is where it ends if the form does not say. */
  | { kind: 'broken'; calls: DraftCall[]; reason: string; until?: string }
  /** The text ended within a call. */
  | { kind: 'cut'; calls: DraftCall[] };

export interface BodyContext {
  /** The schema of an offered tool's arguments, by the name on the wire. */
  schemaOf(name: string): JsonObject | undefined;
  /** Literals that end the body. */
  close: readonly string[];
  /** Characters that one call may have. */
  limit: number;
}

/** One way in which calls are written between markers. Reads and writes; stateless. */
export interface BodySyntax {
  /** What the text after the marker begins with, among its first 200 characters. */
  starts: RegExp;
  /** Tags that only mean something within a call: the end of a value, and the end of the call itself. */
  inner?: { value: string; call?: string };
  read(source: TextSource, context: BodyContext): Reading<BodyOutcome>;
}

/** A call to write. */
export interface WrittenCall {
  id: string;
  name: string;
  arguments: JsonObject;
  /** The tool's schema, if it is offered: which values are written as they are depends on it. */
  schema?: JsonObject | undefined;
}
