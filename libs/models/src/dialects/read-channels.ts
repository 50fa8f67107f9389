import { parseJson } from '../json.js';
import type { ReadingContext } from './read-answer.js';
import { Literals, literalsOf } from './literals.js';
import type { Reading, TextSource } from './text-source.js';
import { readJson } from './values/read-json.js';

/** The marks of OpenAI's harmony format (openai/harmony, docs/format.md). */
const START = '<|start|>';
const CHANNEL = '<|channel|>';
const MESSAGE = '<|message|>';
const ENDS = ['<|end|>', '<|call|>', '<|return|>'] as const;

const IN_HEADER = new Literals([MESSAGE, ...ENDS]);
const BETWEEN = new Literals([START, CHANNEL, MESSAGE, ...ENDS]);
const IN_MESSAGE = new Literals([START, CHANNEL, ...ENDS]);
const MAX_HEADER = 1_024;

/** Reads messages in channels: `analysis` is reasoning, what is addressed to somebody is a call, the rest is for the user. */
export function* readChannels(source: TextSource, context: ReadingContext): Reading<void> {
  const { sink } = context;
  // The prompt ends with `<|start|>assistant`: what comes first goes on with the header, or has none at all.
  const addressed = /^\s*to=\S/u.test(yield* source.ahead(8));
  let mark: string | undefined = addressed ? START : yield* BETWEEN.next(source, (text) => sink.text(text));
  for (;;) {
    if (mark === undefined) break;
    if (ENDS.some((end) => end === mark)) {
      source.take(mark.length);
      sink.markup();
      yield* skipStrayWord(source);
      mark = yield* IN_MESSAGE.next(source, (text) => sink.text(text));
      continue;
    }
    const header = yield* takeHeader(source);
    if (header === undefined) break;
    yield* readMessage(source, header, context);
    yield* skipStrayWord(source);
    mark = yield* BETWEEN.next(source, (text) => sink.text(text));
  }
  sink.end();
}

/** Models name the channel or themselves once more between an end and the next header. */
function* skipStrayWord(source: TextSource): Reading<void> {
  for (const word of STRAY_WORDS) {
    if (!(yield* source.startsWith(word))) continue;
    const behind = (yield* source.ahead(word.length + CHANNEL.length)).slice(word.length);
    if (behind.trim() === '' || behind === CHANNEL) source.take(word.length);
    return;
  }
}

const STRAY_WORDS = ['assistant', 'analysis', 'commentary', 'final'] as const;

interface Header {
  channel: string;
  recipient: string;
  /** The model wrote it in the name of somebody else. */
  isForeign: boolean;
}

function* takeHeader(source: TextSource): Reading<Header | undefined> {
  let text = '';
  const end = yield* IN_HEADER.next(source, (piece) => {
    text += piece.slice(0, MAX_HEADER - text.length);
  });
  if (end === MESSAGE) source.take(MESSAGE.length);
  else if (end === undefined) return undefined;
  const channel = /<\|channel\|>\s*(\w+)/u.exec(text)?.[1] ?? '';
  const recipient = /\bto=([^\s<]+)/u.exec(text)?.[1] ?? '';
  return {
    channel,
    recipient,
    isForeign: /^<\|start\|>\s*(?:user|system|developer|tool|functions\.\S*)(?:\s|<|$)/u.test(text),
  };
}

function* readMessage(
  source: TextSource,
  { channel, recipient, isForeign }: Header,
  context: ReadingContext,
): Reading<void> {
  const { sink } = context;
  sink.markup();
  if (isForeign) {
    sink.repair({ code: 'marker_stray', detail: 'the model wrote a message in the name of somebody else' });
    yield* IN_MESSAGE.next(source, () => undefined);
    return;
  }
  if (recipient !== '' && recipient !== 'user' && recipient !== 'all')
    return yield* readCall(source, recipient, context);
  const reasons = channel === 'analysis';
  if (!reasons && sink.hasText) sink.text('\n');
  yield* IN_MESSAGE.next(source, (text) => (reasons ? sink.reasoning(text) : sink.text(text)));
}

function* readCall(source: TextSource, recipient: string, { sink, body }: ReadingContext): Reading<void> {
  const pieces: string[] = [];
  let length = 0;
  const end = yield* literalsOf(START, ...ENDS).next(source, (text) => {
    length += text.length;
    if (length <= body.limit) pieces.push(text);
  });
  if (end !== undefined && end !== START) source.take(end.length);
  const written = pieces.join('').trim();
  const read = written === '' ? undefined : readJson(written);
  const name = recipient.replace(/^functions\./u, '');
  if (read !== undefined || (written === '' && end !== undefined)) {
    const call = {
      name,
      arguments: written === '' ? '' : JSON.stringify(read?.value),
      id: '',
      repairs: read?.repairs ?? [],
    };
    sink.call(call);
  } else if (end === undefined && parseJson(written) === undefined) {
    sink.reject(written, 'truncated', 'The call was not executed: the answer ended within it.');
  } else sink.reject(written, 'malformed_call', `The arguments of ${name} are not valid JSON.`);
  sink.markup();
}
