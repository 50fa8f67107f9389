import type { Repair } from '../model-response.js';
import type { DraftCall } from './body.js';
import { CodeSpans } from './code-spans.js';

/** What a reader found, in order. */
export type DialectEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  /** All text so far was reasoning whose beginning the prompt held. */
  | { type: 'text_was_reasoning' }
  | { type: 'call'; call: DraftCall }
  /** Something that was meant as a call and must not be executed. */
  | { type: 'rejected'; raw: string; code: 'truncated' | 'malformed_call'; reason: string }
  /** No call so far is certain to be what was meant: none of them must be executed. */
  | { type: 'calls_doubted'; reason: string }
  | { type: 'repair'; repair: Repair };

/** Takes what the reader finds. White space between markup and text belongs to the markup. */
export class DialectSink {
  readonly code = new CodeSpans();
  private events: DialectEvent[] = [];
  private heldSpace = '';
  private heldReasoningSpace = '';
  /** Whether markup stood since the last text, so that space there means nothing. */
  private afterMarkup = false;
  private reasoningBegan = false;
  private lineIsBlank = true;
  /** The call before, which did not end, with nothing since. */
  private unended: DraftCall | undefined;
  hasText = false;
  hasReasoning = false;
  hasCalls = false;

  /** What was found since it was asked last. */
  drain(): DialectEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Whether a call ended last, with nothing but space since. */
  get isAfterMarkup(): boolean {
    return this.afterMarkup;
  }

  /** Whether nothing but space stands before this place on its line. */
  get isAtLineStart(): boolean {
    return this.lineIsBlank;
  }

  text(text: string): void {
    this.code.feed(text);
    const line = text.lastIndexOf('\n');
    this.lineIsBlank = (line >= 0 || this.lineIsBlank) && text.slice(line + 1).trim() === '';
    const body = text.trimEnd();
    if (body === '') {
      this.heldSpace += text;
      return;
    }
    this.unended = undefined;
    const dropsSpace = this.afterMarkup && !this.hasText;
    const whole = this.heldSpace + body;
    this.heldSpace = text.slice(body.length);
    this.afterMarkup = false;
    this.hasText = true;
    this.add('text', dropsSpace ? whole.trimStart() : whole);
  }

  reasoning(text: string): void {
    const body = text.trimEnd();
    if (body === '') {
      this.heldReasoningSpace += text;
      return;
    }
    const whole = this.heldReasoningSpace + body;
    this.heldReasoningSpace = text.slice(body.length);
    this.hasReasoning = true;
    this.add('reasoning', this.reasoningBegan ? whole : whole.trimStart());
    this.reasoningBegan = true;
  }

  /** Marks were taken: space before and after them is theirs, unless text stands on both sides. */
  markup(): void {
    this.afterMarkup = true;
    this.lineIsBlank = true;
    this.heldReasoningSpace = '';
  }

  /** The text so far turns out to be reasoning. */
  textWasReasoning(): void {
    this.events.push({ type: 'text_was_reasoning' });
    this.repair({ code: 'reasoning_unopened', detail: 'reasoning ended that had not begun' });
    this.hasReasoning ||= this.hasText;
    this.hasText = false;
    this.heldSpace = '';
    this.markup();
  }

  /** A call; `ended` where its mark followed. One that did not end and is begun again at once is the same. */
  call(call: DraftCall, ended = true): void {
    const { unended } = this;
    this.hasCalls = true;
    this.unended = ended ? undefined : call;
    if (unended?.name === call.name && unended.arguments === call.arguments)
      this.repair({ code: 'call_repeated', detail: `${call.name} was begun again before it ended` });
    else this.events.push({ type: 'call', call });
  }

  doubtCalls(reason: string): void {
    this.events.push({ type: 'calls_doubted', reason });
  }

  reject(raw: string, code: 'truncated' | 'malformed_call', reason: string): void {
    this.hasCalls = true;
    this.events.push({ type: 'rejected', raw, code, reason });
  }

  repair(repair: Repair): void {
    this.events.push({ type: 'repair', repair });
  }

  /** The answer is over: space at its end is text, unless markup stands there. */
  end(): void {
    if (!this.afterMarkup && this.heldSpace !== '') this.add('text', this.heldSpace);
    this.heldSpace = '';
  }

  private add(type: 'text' | 'reasoning', text: string): void {
    if (text === '') return;
    const last = this.events.at(-1);
    if (last?.type === type) last.text += text;
    else this.events.push({ type, text });
  }
}
