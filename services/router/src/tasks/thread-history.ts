import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { assistantMessage, userMessage, type CanonicalMessage } from '@switchyard/models';

/** Earlier runs of a thread that a new one is told of. */
export const HISTORY_RUNS = 20;
/** Bytes of text that they may have together: one journal event holds them, and NATS' default takes messages of 1 MiB. */
export const HISTORY_BYTES = 256 * 1024;

export interface EarlierRun {
  runId: string;
  input: JsonValue;
  output: JsonValue;
}

export interface ThreadHistory {
  messages: JsonObject[];
  /** Runs that the messages come from, in order. */
  runIds: string[];
}

/**
 * What earlier runs of a thread said, as canonical messages: what was asked and what was answered, without the turns and
 * tool calls in between. Where it is too much, the oldest go first.
 *
 * @param newestFirst completed runs
 */
export function threadHistory(newestFirst: readonly EarlierRun[]): ThreadHistory {
  const kept: EarlierRun[] = [];
  let bytes = 0;
  for (const run of newestFirst.slice(0, HISTORY_RUNS)) {
    bytes += Buffer.byteLength(textOf(run.input)) + Buffer.byteLength(textOf(run.output));
    if (bytes > HISTORY_BYTES) break;
    kept.unshift(run);
  }
  return {
    messages: kept
      .flatMap(({ input, output }) => [userMessage(textOf(input)), assistantMessage(textOf(output))])
      .map(toJson),
    runIds: kept.map(({ runId }) => runId),
  };
}

/** As the journal shows an input to the model: text as it is, anything else as JSON. */
function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

function toJson(message: CanonicalMessage): JsonObject {
  return {
    role: message.role,
    parts: message.parts.flatMap((part) => (part.type === 'text' ? [{ type: part.type, text: part.text }] : [])),
  };
}
