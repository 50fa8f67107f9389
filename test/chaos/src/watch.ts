import { setTimeout as delay } from 'node:timers/promises';
import type { SwitchyardClient } from '@switchyard/client';
import { entryOf, isEnd } from './entry.js';
import type { Outcome } from './outcome.js';

const COME_AGAIN_MS = 500;

/** Follows the run over whatever happens: every entry once and in order, and the text of each turn whole. */
export async function watch(
  client: SwitchyardClient,
  runId: string,
  { streamFaults }: Outcome,
  over: AbortSignal,
): Promise<void> {
  let seq = 0;
  let text = '';
  while (!over.aborted) {
    try {
      for await (const seen of client.runs.events(runId, { afterSeq: seq, signal: over })) {
        if (seen.type === 'delta') {
          if (seen.delta.kind === 'reset') text = '';
          if (seen.delta.kind === 'text') text += seen.delta.text;
          continue;
        }
        const entry = entryOf(seen.event);
        if (entry.seq !== seq + 1) streamFaults.push(`${entry.type} ${entry.seq} came after ${seq}`);
        seq = entry.seq;
        if (entry.type === 'ModelTurnCompleted') {
          // Pieces that were lost with the bus are in the entry: what was streamed is its beginning.
          if (!entry.text?.startsWith(text)) streamFaults.push(`turn ${entry.turn} was streamed as "${text}"`);
          text = '';
        }
        if (isEnd(entry)) return;
      }
      return;
    } catch {
      // The gateway is away for longer than the client tries: the same client comes again, from where it was.
      text = '';
      await delay(COME_AGAIN_MS);
    }
  }
}
