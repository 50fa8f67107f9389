import { systemMessage, textOf } from './message-helpers.js';
import type { CanonicalMessage } from './message.js';
import type { Turn } from './turns.js';

/** Brings the instructions to the front, as one message: several providers refuse them anywhere else, or twice. */
export function systemFirst(messages: readonly CanonicalMessage[]): CanonicalMessage[] {
  const texts = messages.filter((message) => message.role === 'system').map((message) => textOf(message));
  const text = texts.filter((each) => each.trim() !== '').join('\n\n');
  const others = messages.filter((message) => message.role !== 'system');
  return text === '' ? others : [systemMessage(text), ...others];
}

/**
 * For providers that refuse empty turns, an assistant who opens the conversation, or one who has the last word (it would be
 * a prefill). Turns that say nothing go, those of one side that meet then are joined, and a user begins and ends.
 * Instructions are expected at the front.
 */
export function settleTurns(turns: readonly Turn[]): Turn[] {
  const settled: Turn[] = [];
  for (const turn of turns.filter(saysSomething)) {
    const last = settled.at(-1);
    if (turn.kind === 'user' && last?.kind === 'user') {
      settled.splice(-1, 1, { kind: 'user', parts: [...last.parts, ...turn.parts] });
    } else if (turn.kind === 'assistant' && last?.kind === 'assistant' && last.calls.length === 0) {
      settled.splice(-1, 1, { ...turn, parts: [...last.parts, ...turn.parts] });
    } else {
      settled.push(turn);
    }
  }
  const first = settled.findIndex((turn) => turn.kind !== 'system');
  if (settled[first]?.kind === 'assistant') settled.splice(first, 0, userTurn('(The conversation begins here.)'));
  const last = settled.at(-1);
  const isOpen = last?.kind === 'user' || (last?.kind === 'assistant' && last.calls.length > 0);
  return isOpen ? settled : [...settled, userTurn('Continue.')];
}

function userTurn(text: string): Turn {
  return { kind: 'user', parts: [{ type: 'text', text }] };
}

function saysSomething(turn: Turn): boolean {
  switch (turn.kind) {
    case 'system':
      return turn.text.trim() !== '';
    case 'user':
      return turn.parts.some((part) => part.type !== 'text' || part.text.trim() !== '');
    case 'assistant':
      return turn.calls.length > 0 || textOf(turn.parts).trim() !== '';
  }
}
