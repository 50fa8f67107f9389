import type { BodySyntax, WrittenCall } from './body.js';
import type { PromptForm } from './prompt-form.js';

/** A marker after which calls stand. */
export interface CallForm {
  open: string;
  /** The marker is the body's own beginning: it is left for the body to take. */
  keepsOpen?: boolean;
  /** Tried in this order, by how they start. */
  bodies: readonly BodySyntax[];
  /** Markers that may end the calls; none where the body ends by itself. */
  close: readonly string[];
  /** Where the marker counts: `anywhere` outside of code, or only where the answer's `start` or a `line` begins. */
  where: 'anywhere' | 'line' | 'start';
  /** What looks like a call and cannot be read is text: the marker is too common to say that a call was meant. */
  loose?: boolean;
}

/** A pair of marks around reasoning. */
export interface ReasoningMarks {
  open: string;
  close: string;
}

/** Markup with something in it that nobody reads: the numbers of a citation, the name of an author. */
export interface MarkupSpan {
  open: string;
  close: string;
  keepsClose?: boolean;
}

/** How a model writes reasoning and calls as text: data for one reader and one writer. */
export interface Dialect {
  /** The name by which profiles refer to it. */
  name: string;
  /** The first pair is written; all are read. */
  reasoning: readonly ReasoningMarks[];
  forms: readonly CallForm[];
  /** Marks that carry nothing: ends of turns, wrappers around calls. Dropped wherever they stand. */
  noise: readonly string[];
  /** Marks that carry nothing and hold something: dropped up to `close`, which stays if `keepsClose`. */
  spans?: readonly MarkupSpan[];
  /** Messages in channels, with a header each (OpenAI's harmony); `detect`: where the answer begins so. */
  channels?: 'always' | 'detect';
  /** The prompt ends with the marker of a form; `text` says behind it that no call follows. */
  prefix?: { marker: string; text: string };
  /** How the prompt tells of tools and results, where it is not as `DEFAULT_PROMPT` has it. */
  prompt?: Partial<PromptForm>;
  /** Which ids of calls the model reads and writes; it knows none otherwise. */
  callIds?: 'alnum9' | 'positional';
  /** The calls of one turn as the model writes them. */
  write(calls: readonly WrittenCall[]): string;
}
