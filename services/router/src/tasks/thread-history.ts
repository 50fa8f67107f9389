import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { assistantMessage } from '@switchyard/models';
import { inputText, userSays, wireMessage } from '../shared/user-says.js';

/** Earlier runs of a thread that a new one is told of. */
export const HISTORY_RUNS = 20;
/** Bytes of text that they may have together: one journal event holds them, and NATS' default takes messages of 1 MiB. */
export const HISTORY_BYTES = 256 * 1024;

export interface EarlierRun {
  runId: string;
  status: string;
  input: JsonValue;
  /** What users added while it was under way. */
  added: readonly { messages: readonly JsonObject[] }[];
  output: JsonValue;
}

export interface ThreadHistory {
  messages: JsonObject[];
  /** Runs that the messages come from, in order. */
  runIds: string[];
}

/**
 * What earlier runs of a thread said, as canonical messages: what was asked, what was added, and what was answered,
 * without the turns and tool calls in between. A run that was interrupted has no answer: the user goes on speaking. Where
 * it is too much, the oldest go first.
 *
 * @param newestFirst completed runs, and those that were interrupted
 */
export function threadHistory(newestFirst: readonly EarlierRun[]): ThreadHistory {
  const kept: { runId: string; messages: JsonObject[] }[] = [];
  let bytes = 0;
  for (const run of newestFirst.slice(0, HISTORY_RUNS)) {
    const messages = messagesOf(run);
    bytes += Buffer.byteLength(JSON.stringify(messages));
    if (bytes > HISTORY_BYTES) break;
    kept.unshift({ runId: run.runId, messages });
  }
  return { messages: kept.flatMap(({ messages }) => messages), runIds: kept.map(({ runId }) => runId) };
}

function messagesOf({ input, added, status, output }: EarlierRun): JsonObject[] {
  const answer = status === 'completed' ? [wireMessage(assistantMessage(inputText(output)))] : [];
  return [userSays(input), ...added.flatMap(({ messages }) => messages), ...answer];
}
