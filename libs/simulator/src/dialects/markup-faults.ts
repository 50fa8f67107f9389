import type { Dialect, WrittenCall } from '@switchyard/models';
import type { FaultKind } from '../options.js';

/** An answer with calls, about to be written. */
export interface TurnToWrite {
  dialect: Dialect;
  calls: readonly WrittenCall[];
  text: string;
  fault: FaultKind | undefined;
  /** Writes the answer with these calls and this text. */
  write(calls: readonly WrittenCall[], text: string): string;
}

/** Writes an answer, with what goes wrong in a model's markup. */
export function withMarkupFault(turn: TurnToWrite): string {
  const { calls, text, write } = turn;
  switch (turn.fault) {
    case 'markup-cut':
      return cutWithinCall(turn);
    case 'markup-unclosed':
      return withoutEnd(write(calls, text), turn.dialect);
    case 'markup-mentioned':
      return write(calls, mention(turn));
    case 'markup-repeated':
      return write([...calls, ...calls.slice(-1)], text);
    default:
      return write(calls, text);
  }
}

/** Ends in the middle of the last call's arguments. Where they stand is told by what changes when they do. */
function cutWithinCall({ calls, text, write }: TurnToWrite): string {
  const whole = write(calls, text);
  const other = write(
    calls.map((call, index) => (index < calls.length - 1 ? call : { ...call, arguments: {} })),
    text,
  );
  const begin = commonLength(whole, other, (of, index) => of[index]);
  const after = commonLength(whole.slice(begin), other.slice(begin), (of, index) => of[of.length - 1 - index]);
  const end = whole.length - after;
  // Without arguments, the call is cut in its second half.
  const at = end > begin ? begin + Math.ceil((end - begin) / 2) : whole.length - Math.ceil(whole.length / 4);
  return whole.slice(0, at);
}

function commonLength(a: string, b: string, at: (of: string, index: number) => string | undefined): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && at(a, length) === at(b, length)) length++;
  return length;
}

/** Leaves out the marks at the end, those of sections too. Dialects without any are written as they are. */
function withoutEnd(whole: string, { forms, noise, channels }: Dialect): string {
  const ends = [...forms.flatMap(({ close }) => close), ...noise, ...(channels === 'always' ? ['<|call|>'] : [])];
  let text = whole;
  for (;;) {
    const end = ends.find((mark) => text.trimEnd().endsWith(mark));
    if (end === undefined) return text;
    text = text.trimEnd().slice(0, -end.length).trimEnd();
  }
}

/** Speaks of the marker before it is used; models of which calls can only open an answer cannot. */
function mention({ dialect, text }: TurnToWrite): string {
  const mark = dialect.forms.find(({ where, keepsOpen }) => where !== 'start' && keepsOpen !== true)?.open;
  if (mark === undefined) return text;
  return `A call begins with ${mark} and I write one now.${text === '' ? '' : ` ${text}`}`;
}
