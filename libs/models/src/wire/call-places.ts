import type { RawCall } from '../calls/raw-call.js';
import type { Part, ToolCallPart } from '../messages/message.js';

/** Stands among the parts of an answer where a call began; without a call while that has no name yet. */
export interface CallPlace {
  type: 'call_place';
  raw?: RawCall;
}

/** The calls in the order of the answer; those whose wire tells no place come last. */
export function inAnswerOrder(calls: readonly RawCall[], parts: readonly (Part | CallPlace)[]): RawCall[] {
  const known = new Set(calls);
  const placed = parts.flatMap((part) =>
    part.type === 'call_place' && part.raw !== undefined && known.has(part.raw) ? [part.raw] : [],
  );
  const isPlaced = new Set(placed);
  return [...placed, ...calls.filter((call) => !isPlaced.has(call))];
}

/**
 * Puts the judged calls to where they began. `written` and `judged` are in the order of the answer, and a call that held
 * several is followed by them. The text around a call that fell away is one again.
 */
export function withCalls(
  parts: readonly (Part | CallPlace)[],
  written: readonly RawCall[],
  judged: readonly ToolCallPart[],
): Part[] {
  const begun = new Set(parts.map((part) => (part.type === 'call_place' ? part.raw?.callId : undefined)));
  const ids = new Set(written.map(({ callId }) => callId));
  const atPlace = new Map<string, ToolCallPart[]>();
  const last: ToolCallPart[] = [];
  let group = last;
  for (const call of judged) {
    if (ids.has(call.id)) group = begun.has(call.id) ? [] : last;
    if (group !== last) atPlace.set(group[0]?.id ?? call.id, group);
    group.push(call);
  }
  const placed: Part[] = [];
  for (const part of parts) {
    if (part.type === 'call_place') {
      placed.push(...(atPlace.get(part.raw?.callId ?? '') ?? []));
      continue;
    }
    const before = placed.at(-1);
    if (part.type === 'text' && before?.type === 'text') before.text += part.text;
    else placed.push(part);
  }
  return [...placed, ...last];
}
