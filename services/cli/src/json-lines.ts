import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';

/** A line that cannot be worked on gets an answer in its place, so that answers keep the order of the lines. */
interface Refusal {
  id: unknown;
  error: { code: string; message: string };
}

/**
 * Answers each line of JSON with one line of JSON, in order. Empty lines are passed over. Gives how many lines could not
 * be worked on.
 */
export async function answerLines(
  input: Readable,
  output: Writable,
  answer: (line: JsonObject) => object | Promise<object>,
): Promise<number> {
  let refused = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    if (text.trim() === '') continue;
    const line = parse(text);
    let result: object;
    try {
      if (line === undefined) throw new SwitchyardError('usage.invalid', 'The line is not a JSON object.');
      const answered = answer(line);
      // To wait where nothing is waited for would cost every line.
      result = answered instanceof Promise ? await answered : answered;
    } catch (error) {
      result = refusal(line?.['id'] ?? null, error);
      refused++;
    }
    if (!output.write(`${JSON.stringify(result)}\n`)) await once(output, 'drain');
  }
  return refused;
}

function refusal(id: unknown, error: unknown): Refusal {
  const coded = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  // What has no code is a defect of ours: it is not the line's.
  if (coded === undefined) throw error;
  return { id, error: { code: coded, message: error instanceof Error ? error.message : String(error) } };
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    // The answer says so, in the line's place.
    return undefined;
  }
}
