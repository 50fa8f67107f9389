import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import type { JsonObject } from '@switchyard/contracts';
import type { CompactedContext } from './turn-context.js';

/**
 * What the journal says of a history that was made smaller for a turn: up to which entry its messages gave way, and to what.
 * The messages at the end that went as they are stay where they are. The originals stay in the journal's earlier entries.
 */
export function compactionBody(state: RunState, compacted: CompactedContext): RunEventBodyInit {
  const { messages, messageSeqs } = state;
  let kept = 0;
  while (kept < messages.length && messages.at(-1 - kept) === compacted.messages.at(-1 - kept)) kept += 1;
  // Whatever an entry up to that one brought goes with it, also where it stands further behind.
  const last = lastOf(messageSeqs, messages.length - kept);
  const replaced = compacted.messages.slice(0, compacted.messages.length - (messages.length - last.to));
  return {
    case: 'contextCompacted',
    value: {
      upToSeq: last.seq,
      messages: replaced.map((message) => JSON.parse(JSON.stringify(message)) as JsonObject),
      tokensBefore: compacted.tokensBefore,
      tokensAfter: compacted.tokensAfter,
    },
  };
}

/** The highest seq of the first messages, and how many messages have none above it; more of them raise it again. */
function lastOf(seqs: readonly number[], count: number): { seq: number; to: number } {
  let to = count;
  let seq = 0;
  let highest = 0;
  for (const [index, own] of seqs.entries()) {
    highest = Math.max(highest, own);
    if (index < count) {
      seq = highest;
    } else if (own <= seq) {
      to = index + 1;
      seq = highest;
    }
  }
  return { seq, to };
}
