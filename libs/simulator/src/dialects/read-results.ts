import type { ResultsForm } from '@switchyard/models';

/** What the results in a message say, in order, and what else the message says. */
export function readResults(
  { each, marks = ['', ''], json = false, separator = '\n' }: ResultsForm,
  message: string,
): { texts: string[]; rest: string } {
  const [open, close] = each.map(pattern);
  const next = `${pattern(separator)}${open}`;
  const end = close === '' ? `(?=${next}|${marks[1] === '' ? '$' : pattern(marks[1])})` : close;
  const content = json ? '("(?:[^"\\\\]|\\\\.)*")' : '([^]*?)';
  const found = [...message.matchAll(new RegExp(`${open}${content}${end}`, 'gu'))];
  const last = found.at(-1);
  if (last === undefined || !message.startsWith(marks[0])) return { texts: [], rest: message };
  const rest = message.slice(last.index + last[0].length);
  return {
    texts: found.map(([, text = '']) => (json ? String(JSON.parse(text)) : text.trim())),
    rest: (rest.startsWith(marks[1]) ? rest.slice(marks[1].length) : rest).trim(),
  };
}

/** What stands in a frame, with whatever its call is named. */
function pattern(literal: string): string {
  return literal
    .split(/\{(?:name|id|index)\}/u)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&'))
    .join('[\\w.:-]*');
}
