import { MAX_CALL_CHARACTERS } from './limits.js';
import type { Dialect } from './dialect.js';
import { DialectSink, type DialectEvent } from './dialect-sink.js';
import { Marks, readAnswer, type ReadingContext } from './read-answer.js';
import { readChannels } from './read-channels.js';
import type { Reading } from './text-source.js';
import { TextSource } from './text-source.js';
import type { JsonObject } from '../json.js';

export interface DialectReaderOptions {
  dialect: Dialect;
  /** The schema of an offered tool's arguments, by the name that the model was given. */
  schemaOf: (name: string) => JsonObject | undefined;
  /** The prompt opened the reasoning already, so that the answer begins within it. */
  thinking?: boolean;
}

/** Compiling a dialect's marks takes longer than reading most answers. */
const compiled = new WeakMap<Dialect, Marks>();

/**
 * Reads what a model wrote as text: what it says, what it thinks, what it calls. Takes the text in pieces of any size;
 * however it is cut, the events together say the same. Holds back no more than what may still become markup.
 */
export class DialectReader {
  private readonly source = new TextSource();
  private readonly sink = new DialectSink();
  private readonly reading: Reading<void>;
  private done = false;

  constructor({ dialect, schemaOf, thinking = false }: DialectReaderOptions) {
    const marks = compiled.get(dialect) ?? new Marks(dialect);
    compiled.set(dialect, marks);
    const context = { marks, body: { schemaOf, limit: MAX_CALL_CHARACTERS }, sink: this.sink, thinking };
    this.reading = read(this.source, context);
  }

  /** Takes the next piece. */
  push(text: string): DialectEvent[] {
    if (text === '' || this.done) return [];
    this.source.feed(text);
    return this.advance();
  }

  /** The text is over. Gives what was held back. */
  end(): DialectEvent[] {
    this.source.close();
    return this.advance();
  }

  private advance(): DialectEvent[] {
    this.done = this.reading.next().done === true;
    return this.sink.drain();
  }
}

function* read(source: TextSource, context: ReadingContext): Reading<void> {
  const { channels } = context.marks.dialect;
  const inChannels = channels === 'always' || (channels === 'detect' && (yield* beginsInChannels(source)));
  yield* inChannels ? readChannels(source, context) : readAnswer(source, context);
}

/** Whether the answer begins in harmony's form, with or without what the prompt may have held of it. */
function* beginsInChannels(source: TextSource): Reading<boolean> {
  // No more is waited for than it takes: most answers begin with a letter, and somebody watches.
  for (let length = 1; ; length++) {
    const ahead = yield* source.ahead(length);
    const text = ahead.trimStart();
    if (ahead.length === length && BEGINNINGS.some((mark) => mark.startsWith(text))) {
      if (!BEGINNINGS.includes(text)) continue;
      return text !== ADDRESSED || /^\s*to=\S+\s*<\|(?:channel|message|constrain)/u.test(yield* source.ahead(200));
    }
    return false;
  }
}

const ADDRESSED = 'to=';
const BEGINNINGS: readonly string[] = ['<|channel|>', '<|start|>', ADDRESSED];
