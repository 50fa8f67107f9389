import type { CanonicalMessage } from '../messages/message.js';
import type { ModelRequest } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import { countMessage, countRequest } from '../tokens/count-request.js';
import type { TokenCounter } from '../tokens/token-counter.js';
import { outputLimit } from '../wire/settings.js';
import { contextNote, countLeftOut, leftOutResult, noteHead, noteLines } from './context-note.js';
import type { Segment } from './segments.js';
import { segmentsOf } from './segments.js';
import { unfittable } from './unfittable.js';

export interface FitOptions {
  /** Tokens, input and output together. Default: the profile's. */
  window?: number | undefined;
  /** The most input tokens, where that is less than the window leaves. */
  inputLimit?: number | undefined;
  /** Share of the window to which a history that does not fit is brought, so that the next turns fit. Default 0.7. */
  target?: number;
  /** Tokens that the answer keeps at least. Default: an eighth of the window, at most 4,096 and what was asked for. */
  outputFloor?: number;
  /** Sums up what is left out, in at most so many tokens. Default: a list of what was said and called. */
  summarise?: (leftOut: readonly CanonicalMessage[], maxTokens: number) => Promise<string>;
}

/** What was done to a history. Counts of tokens are the counter's. */
export interface Compaction {
  tokensBefore: number;
  tokensAfter: number;
  /** Results of tools that were replaced by a line. */
  replacedResults: number;
  /** Messages that a note stands for. */
  leftOutMessages: number;
}

export interface FittedRequest {
  request: ModelRequest;
  /** Input tokens of the request, as counted. */
  inputTokens: number;
  /** Absent where the history is as it was. */
  compaction?: Compaction;
}

const TARGET = 0.7;
/** The largest share of the target, and tokens, that a note takes. */
const NOTE_SHARE = 0.1;
const MAX_NOTE = 1_500;
/** Shorter messages with results gain too little. */
const MIN_RESULT = 60;

/**
 * Makes a request fit its endpoint's window, in steps, each only as far as it is needed: the answer's limit is lowered, the
 * oldest results of tools give way to a line each, the oldest turns to one note, at last the newest results. Instructions,
 * the last user turn and open calls stay, and calls stay with their results. The request that was given is not changed.
 * @throws ModelError `model.overflow.unfittable`
 */
export async function fitRequest(
  request: ModelRequest,
  profile: Profile,
  counter: TokenCounter,
  options: FitOptions = {},
): Promise<FittedRequest> {
  const window = options.window ?? profile.contextWindow;
  const wanted = outputLimit(request, profile);
  const floor = Math.min(wanted, options.outputFloor ?? Math.max(16, Math.min(4_096, Math.floor(window / 8))));
  const limit = Math.min(window - floor, options.inputLimit ?? Infinity);
  const tokensBefore = countRequest(request, profile, counter);
  if (tokensBefore <= limit) {
    const fitting = withOutput(request, wanted, window - tokensBefore);
    return { request: fitting, inputTokens: tokensBefore };
  }
  const target = Math.min(
    limit,
    Math.floor(Math.min(window, options.inputLimit ?? Infinity) * (options.target ?? TARGET)),
  );
  const history = new History(request, profile, counter);
  history.replaceResults(target, (segment) => !segment.newest);
  await history.leaveOut(target, options.summarise);
  history.replaceResults(limit, () => true);
  const fitted = { ...request, messages: history.messages() };
  const tokensAfter = countRequest(fitted, profile, counter);
  if (tokensAfter > limit) throw unfittable(fitted, profile, counter, { window, limit, floor });
  const { replacedResults, leftOutMessages } = history;
  return {
    request: withOutput(fitted, wanted, window - tokensAfter),
    inputTokens: tokensAfter,
    compaction: { tokensBefore, tokensAfter, replacedResults, leftOutMessages },
  };
}

function withOutput(request: ModelRequest, wanted: number, room: number): ModelRequest {
  return room >= wanted ? request : { ...request, maxOutputTokens: room };
}

/** A history while it shrinks. Every step goes over it once. */
class History {
  replacedResults = 0;
  leftOutMessages = 0;
  private readonly segments: Segment[];
  /** As given, replaced, or undefined where left out. */
  private readonly kept: (CanonicalMessage | undefined)[];
  private total: number;
  private note: { message: CanonicalMessage; before: number } | undefined;

  constructor(
    private readonly request: ModelRequest,
    private readonly profile: Profile,
    private readonly counter: TokenCounter,
  ) {
    this.segments = segmentsOf(request.messages);
    this.kept = [...request.messages];
    this.total = countRequest(request, profile, counter);
  }

  messages(): CanonicalMessage[] {
    return this.kept.flatMap((message, index) => [
      ...(this.note?.before === index ? [this.note.message] : []),
      ...(message === undefined ? [] : [message]),
    ]);
  }

  /** Oldest first, until the whole has at most so many tokens. */
  replaceResults(target: number, may: (segment: Segment) => boolean): void {
    for (const segment of this.segments) {
      for (let index = segment.from; index < segment.to && may(segment); index += 1) {
        if (this.total <= target) return;
        const message = this.kept[index];
        if (message !== undefined) this.replaceResultsOf(message, index);
      }
    }
  }

  /** Oldest segments first, until the whole with a note has at most so many tokens. */
  async leaveOut(target: number, summarise: FitOptions['summarise']): Promise<void> {
    if (this.total <= target) return;
    const noteTokens = Math.max(this.count(contextNote(noteHead(9_999_999))), Math.min(MAX_NOTE, target * NOTE_SHARE));
    const leftOut: CanonicalMessage[] = [];
    let before = 0;
    for (const segment of this.segments) {
      if (this.total + noteTokens <= target) break;
      if (segment.pinned || segment.newest) continue;
      for (let index = segment.from; index < segment.to; index += 1) {
        const message = this.kept[index];
        const original = this.request.messages[index];
        // Instructions stay wherever they stand.
        if (message === undefined || original === undefined || message.role === 'system') continue;
        this.kept[index] = undefined;
        this.total -= this.count(message);
        leftOut.push(original);
        before = index;
      }
    }
    if (leftOut.length === 0) return;
    this.leftOutMessages = countLeftOut(leftOut);
    const head = noteHead(this.leftOutMessages);
    const summary = (await summarise?.(leftOut, Math.floor(noteTokens)))?.trim() ?? '';
    const lines = summary === '' ? noteLines(leftOut) : summary.split('\n');
    const message = contextNote(this.newestThatFit(head, lines, noteTokens));
    this.note = { message, before };
    this.total += this.count(message);
  }

  private replaceResultsOf(message: CanonicalMessage, index: number): void {
    const before = this.count(message);
    if (before < MIN_RESULT) return;
    const parts = message.parts.map((part) => (part.type === 'tool_result' ? leftOutResult(part) : part));
    const replaced = { ...message, parts };
    const after = this.count(replaced);
    if (after >= before * 0.9) return;
    this.kept[index] = replaced;
    this.total += after - before;
    this.replacedResults += parts.filter((part) => part.type === 'tool_result').length;
  }

  /** The note of the newest lines for which there is room. */
  private newestThatFit(head: string, lines: readonly string[], maxTokens: number): string {
    const kept: string[] = [];
    let left = maxTokens - this.count(contextNote(head));
    for (const line of lines.toReversed()) {
      left -= (this.counter.text(line) + 1) * this.counter.factor;
      if (left < 0) break;
      kept.unshift(line);
    }
    return [head, ...kept].join('\n');
  }

  private count(message: CanonicalMessage): number {
    return countMessage(message, this.profile, this.counter);
  }
}
