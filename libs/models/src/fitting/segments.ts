import type { CanonicalMessage } from '../messages/message.js';
import { isContextNote } from './context-note.js';

/** Neighbouring messages that stay or go together: an answer with calls and everything up to the last of their results. */
export interface Segment {
  /** Index of its first message. */
  from: number;
  /** Index after its last message. */
  to: number;
  /** Holds the last user turn or calls that are still open: it is never left out. */
  pinned: boolean;
  /** The newest segment that is not pinned for its own sake: what the model is about to answer. */
  newest: boolean;
}

/** Cuts a history where no call is waiting for its result. Linear in its length. */
export function segmentsOf(messages: readonly CanonicalMessage[]): Segment[] {
  const { reach, open } = matchResults(messages);
  const pinned = lastUserTurn(messages);
  const lastAsked = messages.findLastIndex((message) => message.role === 'assistant');
  if (lastAsked >= 0 && open.has(lastAsked)) pinned.add(lastAsked);
  const segments: Segment[] = [];
  let from = 0;
  let end = 0;
  for (let index = 0; index < messages.length; index += 1) {
    end = Math.max(end, reach[index] ?? index);
    if (index < end) continue;
    segments.push({ from, to: index + 1, pinned: false, newest: false });
    from = index + 1;
    end = from;
  }
  for (const segment of segments) {
    for (let index = segment.from; index < segment.to; index += 1) if (pinned.has(index)) segment.pinned = true;
  }
  const newest = segments.findLast(({ from: at, to }) =>
    messages.slice(at, to).some((message) => message.role === 'assistant' || message.role === 'tool'),
  );
  // Before the last user turn there is nothing left to answer.
  const lastPinned = segments.findLast((segment) => segment.pinned);
  if (newest !== undefined && newest.from >= (lastPinned?.from ?? 0)) newest.newest = true;
  return segments;
}

/**
 * The index up to which each message's calls are answered, and the messages with calls that are not. As results are
 * rendered: one belongs to the latest open call of its id, else to the latest call of it.
 */
function matchResults(messages: readonly CanonicalMessage[]): { reach: number[]; open: Set<number> } {
  const reach = messages.map((_, index) => index);
  const calls = new Map<string, { open: number[]; last: number }>();
  for (const [index, message] of messages.entries()) {
    for (const part of message.parts) {
      if (part.type === 'tool_call' && message.role === 'assistant') {
        const known = calls.get(part.id) ?? { open: [], last: index };
        known.open.push(index);
        known.last = index;
        calls.set(part.id, known);
      } else if (part.type === 'tool_result') {
        const known = calls.get(part.callId);
        const asked = known?.open.pop() ?? known?.last;
        if (asked !== undefined) reach[asked] = index;
      }
    }
  }
  return { reach, open: new Set([...calls.values()].flatMap((known) => known.open)) };
}

/** Indices of the user messages that stand together at the end of what users said. */
function lastUserTurn(messages: readonly CanonicalMessage[]): Set<number> {
  const isUser = (message: CanonicalMessage | undefined): boolean =>
    message?.role === 'user' && !isContextNote(message);
  const turn = new Set<number>();
  for (let index = messages.findLastIndex(isUser); index >= 0 && isUser(messages[index]); index -= 1) turn.add(index);
  return turn;
}
