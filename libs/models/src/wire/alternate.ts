import type { JsonObject } from '../json.js';
import type { ImagePart, TextPart } from '../messages/message.js';
import type { Turn } from '../messages/turns.js';

/** A message of a wire whose content is blocks; an alias, because only these are JSON to the compiler. */
export type BlockMessage = { role: 'user' | 'assistant'; content: JsonObject[] };

/** How a wire writes what stands in turns. */
export interface TurnBlocks {
  text(text: string): JsonObject;
  user(part: TextPart | ImagePart): JsonObject[];
  /** What was said and called, and the results, which open the next user turn. */
  assistant(turn: Extract<Turn, { kind: 'assistant' }>): { said: JsonObject[]; results: JsonObject[] };
}

/** Users and assistants take turns, users begin and end, and the results of a turn's calls open the next user turn. */
export function alternate(turns: readonly Turn[], blocks: TurnBlocks): BlockMessage[] {
  const messages: BlockMessage[] = [];
  const add = (role: BlockMessage['role'], content: JsonObject[]): void => {
    if (content.length === 0) return;
    if (messages.length === 0 && role === 'assistant') add('user', [blocks.text('(The conversation begins here.)')]);
    const last = messages.at(-1);
    if (last?.role === role) last.content.push(...content);
    else messages.push({ role, content });
  };
  for (const turn of turns) {
    if (turn.kind === 'user')
      add(
        'user',
        turn.parts.flatMap((part) => blocks.user(part)),
      );
    if (turn.kind !== 'assistant') continue;
    const { said, results } = blocks.assistant(turn);
    add('assistant', said);
    add('user', results);
  }
  // An answer cannot end the request: it would be a prefill, which newer models refuse.
  if (messages.at(-1)?.role !== 'user') add('user', [blocks.text('Continue.')]);
  return messages;
}
