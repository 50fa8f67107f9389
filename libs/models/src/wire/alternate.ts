import type { JsonObject } from '../json.js';
import type { ImagePart, ReasoningPart, TextPart } from '../messages/message.js';
import type { AnsweredCall, AssistantTurn, Turn } from '../messages/turns.js';
import { inOrder } from '../messages/turns.js';

/** A message of a wire whose content is blocks; an alias, because only these are JSON to the compiler. */
export type BlockMessage = { role: 'user' | 'assistant'; content: JsonObject[] };

/** How a wire writes what stands in turns. */
export interface TurnBlocks {
  text(text: string): JsonObject;
  user(part: TextPart | ImagePart): JsonObject[];
  said(part: TextPart | ReasoningPart): JsonObject[];
  /** A call, and its result, which opens the next user turn. */
  call(call: AnsweredCall): { call: JsonObject; result: JsonObject };
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
    const calls = new Map(turn.calls.map((call) => [call, blocks.call(call)]));
    add('assistant', arranged(turn, blocks, calls));
    add(
      'user',
      [...calls.values()].map(({ result }) => result),
    );
  }
  // An answer cannot end the request: it would be a prefill, which newer models refuse.
  if (messages.at(-1)?.role !== 'user') add('user', [blocks.text('Continue.')]);
  return messages;
}

/**
 * What was said and called. The order of the answer is kept where thinking stands between calls, as it must precede its call
 * again. Otherwise text comes first: Claude answers 400 to text behind a call ("`tool_use` ids were found without
 * `tool_result` blocks immediately after", or that it takes no prefill), and thinking that ends a turn is refused as well.
 */
function arranged(
  turn: AssistantTurn,
  blocks: TurnBlocks,
  calls: ReadonlyMap<AnsweredCall, { call: JsonObject }>,
): JsonObject[] {
  const rendered = inOrder(turn).map((part) => {
    const isCall = 'call' in part;
    const written = isCall ? calls.get(part)?.call : blocks.said(part);
    return { kind: isCall ? 'call' : part.type, blocks: [written ?? []].flat() };
  });
  const entries = rendered.filter((entry) => entry.blocks.length > 0);
  const of = (kind: string, from: typeof entries): JsonObject[] =>
    from.flatMap((entry) => (entry.kind === kind ? entry.blocks : []));
  const firstCall = entries.findIndex(({ kind }) => kind === 'call');
  const lastSaid = entries.findLastIndex(({ kind }) => kind !== 'reasoning');
  if (firstCall < 0) return entries.slice(0, lastSaid + 1).flatMap((entry) => entry.blocks);
  const lastCall = entries.findLastIndex(({ kind }) => kind === 'call');
  const isInterleaved = entries.slice(firstCall, lastCall).some(({ kind }) => kind === 'reasoning');
  const before = entries.slice(0, isInterleaved ? lastCall : firstCall).flatMap((entry) => entry.blocks);
  const rest = entries.slice(isInterleaved ? lastCall : firstCall);
  return [...before, ...of('text', rest), ...of('call', rest)];
}
