import type { WrittenCall } from './body.js';
import type { Dialect } from './dialect.js';

/** What a model says in one turn. */
export interface AnswerToWrite {
  /** Left out where the dialect has no marks for it. */
  reasoning?: string;
  text?: string;
  calls?: readonly WrittenCall[];
}

/**
 * Writes a turn as a model of this dialect does: reasoning, what it says, and its calls.
 *
 * @param opened the prompt opened the reasoning already, so that only its end is written
 */
export function writeAnswer(dialect: Dialect, answer: AnswerToWrite, opened = false): string {
  const { reasoning = '', text = '', calls = [] } = answer;
  if (dialect.channels === 'always') return writeChannels(dialect, reasoning, text, calls);
  const [marks] = dialect.reasoning;
  const thought =
    marks === undefined || (reasoning === '' && !opened)
      ? ''
      : `${opened ? '' : marks.open}${reasoning}${marks.close}\n`;
  const called = calls.length === 0 ? '' : dialect.write(calls);
  return thought + saidAndCalled(dialect, text, called);
}

/** Whether calls of this dialect are only read where the answer begins: text has to follow them. */
export function callsOpenAnswer({ forms }: Dialect, written: string): boolean {
  const marked = forms.filter(({ open }) => written.startsWith(open));
  return marked.length > 0 && marked.every(({ where }) => where === 'start');
}

function saidAndCalled(dialect: Dialect, text: string, called: string): string {
  const { prefix } = dialect;
  if (called === '') return text === '' ? '' : (prefix?.text ?? '') + text;
  if (text === '') return called;
  if (callsOpenAnswer(dialect, called)) return `${called}\n${text}`;
  return `${prefix?.text ?? ''}${text}\n${prefix?.marker ?? ''}${called}`;
}

/** Harmony: what is said before calls is a comment, what is said without them is final. The prompt holds the first header. */
function writeChannels(dialect: Dialect, reasoning: string, text: string, calls: readonly WrittenCall[]): string {
  const said = calls.length > 0 ? ['commentary', '<|end|>'] : ['final', '<|return|>'];
  return [
    reasoning === '' ? '' : `<|channel|>analysis<|message|>${reasoning}<|end|>`,
    text === '' ? '' : `<|channel|>${said[0]}<|message|>${text}${said[1]}`,
    calls.length === 0 ? '' : dialect.write(calls),
  ]
    .filter((message) => message !== '')
    .join('<|start|>assistant');
}
