import { beginningOf } from './beginning.js';
import type { BodyContext, BodyOutcome, BodySyntax, DraftCall } from './body.js';
import { CodeSpans } from './code-spans.js';
import type { CallForm, Dialect, MarkupSpan, ReasoningMarks } from './dialect.js';
import type { DialectSink } from './dialect-sink.js';
import { Literals, literalsOf } from './literals.js';
import type { Reading, TextSource } from './text-source.js';

/** A dialect, made ready to be searched for. */
export class Marks {
  readonly inText: Literals;
  readonly atStart: Literals;
  private readonly openings: readonly string[];
  /** What carries nothing, and nobody writes as prose. */
  readonly tokens: ReadonlySet<string>;
  private readonly reasoningLiterals = new Map<string, Literals>();
  readonly opens = new Map<string, ReasoningMarks>();
  readonly closes: ReadonlySet<string>;
  readonly noise: ReadonlySet<string>;
  readonly ends: ReadonlySet<string>;
  /** Ends of values: outside of calls they tell that a value was read too short. */
  readonly valueEnds: ReadonlySet<string>;
  readonly spans = new Map<string, MarkupSpan>();
  readonly forms = new Map<string, CallForm[]>();

  constructor(readonly dialect: Dialect) {
    for (const marks of dialect.reasoning) if (marks.open !== '') this.opens.set(marks.open, marks);
    this.closes = new Set(dialect.reasoning.map(({ close }) => close));
    this.noise = new Set(dialect.noise);
    const inner = dialect.forms.flatMap(({ bodies }) => bodies.flatMap((body) => body.inner ?? []));
    this.ends = new Set([...dialect.forms.flatMap(({ close }) => close), ...inner.flatMap(({ call }) => call ?? [])]);
    this.valueEnds = new Set(inner.map(({ value }) => value));
    for (const form of dialect.forms) this.forms.set(form.open, [...(this.forms.get(form.open) ?? []), form]);
    for (const span of dialect.spans ?? []) this.spans.set(span.open, span);
    const others = [
      ...this.spans.keys(),
      ...this.opens.keys(),
      ...this.closes,
      ...this.noise,
      ...this.ends,
      ...this.valueEnds,
    ];
    const later = dialect.forms.filter(({ where }) => where !== 'start').map(({ open }) => open);
    this.inText = new Literals([...others, ...later]);
    this.atStart = new Literals([...others, ...this.forms.keys()]);
    const certain = dialect.forms.filter(({ where, loose }) => where === 'anywhere' && loose !== true);
    this.tokens = new Set(dialect.noise.filter((mark) => SPECIAL.test(mark)));
    this.openings = certain.map(({ open }) => open);
  }

  /** What matters within reasoning: its end, tokens that carry nothing, and calls that were written without ending it. */
  inReasoning(closes: readonly string[]): Literals {
    const key = closes.join('\n');
    const known = this.reasoningLiterals.get(key) ?? literalsOf(...closes, ...this.openings, ...this.tokens);
    this.reasoningLiterals.set(key, known);
    return known;
  }
}

/** How an answer is read: everything but its text. */
export interface ReadingContext {
  marks: Marks;
  body: Omit<BodyContext, 'close'>;
  sink: DialectSink;
  /** The prompt opened the reasoning already. */
  thinking: boolean;
}

/** Reads one answer from its beginning to its end. */
export function* readAnswer(source: TextSource, context: ReadingContext): Reading<void> {
  const { marks, sink } = context;
  if (context.thinking && marks.closes.size > 0) {
    // Some servers give the opening mark all the same.
    yield* source.skipSpace();
    yield* source.eatOneOf([...marks.opens.keys()]);
    yield* readReasoning(source, [...marks.closes], context);
  }
  yield* readPrefixed(source, context);
  for (;;) {
    // What only counts at the beginning is not looked for any more.
    const mark = yield* (sink.hasText ? marks.inText : marks.atStart).next(source, (text) => sink.text(text));
    if (mark === undefined) break;
    if (sink.code.isInside) sink.text(source.take(mark.length));
    else yield* readMark(source, mark, context);
  }
  sink.end();
}

/** Where the prompt ends with a marker, the answer begins behind it. */
function* readPrefixed(source: TextSource, context: ReadingContext): Reading<void> {
  const { prefix } = context.marks.dialect;
  if (prefix === undefined || (yield* source.eat(prefix.text))) return;
  for (const form of context.marks.forms.get(prefix.marker) ?? [])
    if (yield* readForm(source, { ...form, open: '', keepsOpen: true }, context)) return;
}

/** A mark stands here, and not within code. */
function* readMark(source: TextSource, mark: string, context: ReadingContext): Reading<void> {
  const { marks, sink } = context;
  const forms = (marks.forms.get(mark) ?? []).filter((form) => mayStand(form, sink));
  for (const form of forms) if (yield* readForm(source, form, context)) return;
  const span = marks.spans.get(mark);
  if (span !== undefined && (yield* dropSpan(source, span))) return sink.markup();
  const reasoning = marks.opens.get(mark);
  if (reasoning !== undefined) {
    source.take(mark.length);
    sink.markup();
    yield* readReasoning(source, [reasoning.close], context);
  } else if (marks.closes.has(mark) && !marks.noise.has(mark)) {
    source.take(mark.length);
    if (sink.hasReasoning || sink.hasCalls) sink.markup();
    else sink.textWasReasoning();
  } else if (marks.valueEnds.has(mark) && sink.hasCalls) {
    source.take(mark.length);
    sink.doubtCalls(`The call was not executed: ${mark} stands behind it, so that nobody knows where its values end.`);
    sink.markup();
  } else if (marks.noise.has(mark) || (marks.ends.has(mark) && sink.isAfterMarkup)) {
    source.take(mark.length);
    sink.markup();
  } else if (SPECIAL.test(mark) || (marks.forms.has(mark) && (yield* isRepeated(source, mark)))) {
    source.take(mark.length);
    sink.repair({ code: 'marker_stray', detail: `${mark} stood where it means nothing` });
    sink.markup();
  } else sink.text(source.take(mark.length));
}

/** Drops markup to its end; false, with nothing taken, where its end is not near. */
function* dropSpan(source: TextSource, { open, close, keepsClose }: MarkupSpan): Reading<boolean> {
  // No more is waited for than it takes.
  for (let length = open.length + close.length; length <= MAX_SPAN; length++) {
    const ahead = yield* source.ahead(length);
    if (ahead.length < length) return false;
    if (!ahead.endsWith(close)) continue;
    source.take(keepsClose === true ? length - close.length : length);
    return true;
  }
  return false;
}

/** Longer than the longest name, and any citation. */
const MAX_SPAN = 200;

/** Tokens that tokenizers keep for markup: nobody writes them as prose. */
const SPECIAL = /^(?:<[|｜‖]|\[\/?[A-Z_]+\]|\]<\]|<[a-z_]+\|>)/u;

/** Whether the mark, which stands here, follows once more: what was meant begins with the second. */
function* isRepeated(source: TextSource, mark: string): Reading<boolean> {
  if (mark.length < 3) return false;
  const next = (yield* source.ahead(2 * mark.length + MAX_GAP)).slice(mark.length);
  return next.trimStart().startsWith(mark);
}

/** White space that may stand between two marks that belong together. */
const MAX_GAP = 16;

function mayStand({ where }: CallForm, sink: DialectSink): boolean {
  if (where === 'start') return !sink.hasText;
  return where === 'anywhere' || sink.isAtLineStart;
}

/** Reads calls behind their marker; false, with nothing taken, where nothing there begins like a call. */
function* readForm(source: TextSource, form: CallForm, context: ReadingContext): Reading<boolean> {
  const { sink } = context;
  const body = yield* bodyOf(source, form);
  if (body === undefined) return false;
  source.record();
  if (form.keepsOpen !== true) source.take(form.open.length);
  const outcome = yield* body.read(source, { ...context.body, close: form.close });
  const raw = source.recordedText();
  source.stopRecording();
  if (outcome.kind === 'prose' || (outcome.kind === 'broken' && form.loose === true)) {
    if (raw === '') return false;
    sink.text(raw);
  } else if (outcome.kind === 'calls') {
    yield* closeForm(source, form, outcome.calls, sink);
    if (outcome.text !== undefined) sink.text(outcome.text);
  } else {
    for (const call of outcome.calls) sink.call(call);
    const close = form.close.length === 0 && body.inner?.call !== undefined ? [body.inner.call] : form.close;
    yield* rejectRest(source, close, outcome, raw, sink);
  }
  return true;
}

/** The body that begins behind the form's marker, which stands here. */
function* bodyOf(source: TextSource, form: CallForm): Reading<BodySyntax | undefined> {
  const marker = form.keepsOpen === true ? 0 : form.open.length;
  const end = form.open.length + LOOK_AHEAD;
  // No more is waited for than it takes: what is waited for is read all at once, and somebody watches.
  let more = true;
  for (let left = form.bodies; ;) {
    const isWhole = !more || source.length >= end;
    const ahead = source.slice(marker, end);
    const verdicts = left.map(({ starts }) => beginningOf(starts).test(ahead, isWhole));
    const undecided = left.filter((_, index) => verdicts[index] !== false);
    if (undecided.length === 0 || verdicts.find((verdict) => verdict !== false) === true) return undecided[0];
    left = undecided;
    more = yield* source.more();
  }
}

/** How far is looked for the beginning of a body: a name of the longest kind and its mark. */
const LOOK_AHEAD = 200;

function* closeForm(source: TextSource, form: CallForm, calls: readonly DraftCall[], sink: DialectSink): Reading<void> {
  const last = calls.at(-1);
  let ended = true;
  if (form.close.length > 0) {
    yield* source.skipSpace();
    ended = (yield* source.eatOneOf(form.close)) !== undefined;
    if (!ended && (yield* source.ahead(1)) === '')
      last?.repairs.push({ code: 'marker_missing', detail: `${form.close.join(' or ')} was left out` });
  }
  for (const call of calls) sink.call(call, ended || call !== last);
  sink.markup();
}

/** What cannot be read goes as a whole, to its closing marker. */
function* rejectRest(
  source: TextSource,
  close: readonly string[],
  outcome: Extract<BodyOutcome, { kind: 'cut' | 'broken' }>,
  taken: string,
  sink: DialectSink,
): Reading<void> {
  const rest: string[] = [];
  const until = outcome.kind === 'broken' && outcome.until !== undefined ? [outcome.until] : [];
  const ends = close.length > 0 ? close : until;
  if (ends.length > 0) {
    const end = yield* literalsOf(...ends).next(source, (text) => rest.push(text));
    if (end !== undefined) rest.push(source.take(end.length));
  }
  const raw = taken + rest.join('');
  if (outcome.kind === 'cut') sink.reject(raw, 'truncated', 'The call was not executed: the answer ended within it.');
  else sink.reject(raw, 'malformed_call', outcome.reason);
  sink.markup();
}

/**
 * Reads reasoning to its end. Some models call tools without ending it: such a call counts only if the reasoning does not
 * end later, because then it was a thought about a call.
 */
function* readReasoning(source: TextSource, closes: readonly string[], context: ReadingContext): Reading<void> {
  const { marks, sink } = context;
  const literals = marks.inReasoning(closes);
  const code = new CodeSpans();
  const held: { raw: string[]; calls: DraftCall[]; after: string[] } = { raw: [], calls: [], after: [] };
  const onText = (text: string): void => {
    code.feed(text);
    if (held.calls.length === 0) sink.reasoning(text);
    else {
      held.raw.push(text);
      held.after.push(text);
    }
  };
  for (;;) {
    const mark = yield* literals.next(source, onText);
    if (mark === undefined) break;
    if (code.isInside && !(closes.includes(mark) && (yield* endsFence(source, code)))) {
      onText(source.take(mark.length));
    } else if (closes.includes(mark)) {
      for (const raw of held.raw) sink.reasoning(raw);
      source.take(mark.length);
      sink.markup();
      return;
    } else if (marks.tokens.has(mark)) source.take(mark.length);
    else yield* holdCall(source, mark, context, held, onText);
  }
  if (held.calls.length === 0) return;
  sink.repair({ code: 'reasoning_unclosed', detail: 'a call was written within reasoning that did not end' });
  for (const call of held.calls) sink.call(call);
  sink.markup();
  for (const text of held.after) sink.text(text);
}

/** Whether a fence is open that nothing ends: then the end of reasoning, which stands here, is no quotation. */
function* endsFence(source: TextSource, code: CodeSpans): Reading<boolean> {
  if (!code.isFenced) return false;
  const ahead = code.copy();
  for (let seen = 0; ;) {
    const text = source.slice(seen);
    ahead.feed(text);
    seen += text.length;
    if (ahead.fencesClosed > code.fencesClosed) return false;
    if (!(yield* source.more())) return ahead.isInside && ahead.fencesClosed === code.fencesClosed;
  }
}

function* holdCall(
  source: TextSource,
  mark: string,
  context: ReadingContext,
  held: { raw: string[]; calls: DraftCall[]; after: string[] },
  onText: (text: string) => void,
): Reading<void> {
  const forms = context.marks.forms.get(mark) ?? [];
  for (const form of forms) {
    const body = yield* bodyOf(source, form);
    if (body === undefined) continue;
    source.record();
    if (form.keepsOpen !== true) source.take(mark.length);
    const outcome = yield* body.read(source, { ...context.body, close: form.close });
    if (outcome.kind === 'calls') {
      yield* source.skipSpace();
      yield* source.eatOneOf(form.close);
    }
    const raw = source.recordedText();
    source.stopRecording();
    if (outcome.kind !== 'calls' && raw === '') break;
    if (outcome.kind === 'calls') {
      held.raw.push(raw);
      held.calls.push(...outcome.calls);
    } else onText(raw);
    return;
  }
  onText(source.take(mark.length));
}
