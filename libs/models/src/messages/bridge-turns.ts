import { textOf } from './message-helpers.js';
import type { Turn } from './turns.js';

/** Stands between results and a user's next words, where an assistant has to speak first: it adds nothing to either. */
const BRIDGE: Turn = { kind: 'assistant', parts: [{ type: 'text', text: 'Understood.' }], calls: [] };

/**
 * Lets an assistant speak between the results of tools and a user: Mistral's API ("Unexpected role 'user' after role
 * 'tool'", code 3230) and the templates of its open models refuse the two side by side.
 */
export function bridgeTurns(turns: readonly Turn[]): Turn[] {
  const spoken = turns.filter(
    (turn) => turn.kind !== 'assistant' || turn.calls.length > 0 || textOf(turn.parts) !== '',
  );
  return spoken.flatMap((turn, index) => {
    const before = spoken[index - 1];
    const followsResults = turn.kind === 'user' && before?.kind === 'assistant' && before.calls.length > 0;
    return followsResults ? [BRIDGE, turn] : [turn];
  });
}
