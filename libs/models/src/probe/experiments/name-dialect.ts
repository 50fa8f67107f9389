import { DIALECT_NAMES, dialectOf } from '../../dialects/table/index.js';
import type { DialectReading } from '../../dialects/read-dialect.js';
import { readDialect } from '../../dialects/read-dialect.js';
import { stableStringify } from '../../json.js';
import type { ToolDefinition } from '../../model-request.js';

export interface NamedDialect {
  /** `auto` where no single dialect can be told. */
  dialect: string;
  reading: DialectReading;
  /** All that read the same calls and leave nothing over. */
  readers: readonly string[];
  /** The dialect writes these calls exactly as they stand in the text. */
  exact: boolean;
}

/** Which dialect the calls in a text are written in; undefined where none is found in it. */
export function nameDialect(
  text: string,
  tools: readonly ToolDefinition[],
  thinking: boolean,
): NamedDialect | undefined {
  const reading = readDialect([text], { tools, thinking });
  // `auto` leaves out forms that mean something only in their own dialect.
  const readings = DIALECT_NAMES.filter((name) => name !== 'auto').map((dialect) => ({
    dialect,
    reading: readDialect([text], { dialect, tools, thinking }),
  }));
  const most = Math.max(reading.calls.length, ...readings.map((each) => each.reading.calls.length));
  if (most === 0) return undefined;
  const clean = readings.filter((each) => each.reading.calls.length === most && each.reading.rejected.length === 0);
  const fewest = Math.min(...clean.map((each) => each.reading.repairs.length + each.reading.content.trim().length));
  const best = clean.filter(
    (each) => each.reading.repairs.length + each.reading.content.trim().length === fewest && sameCalls(each, clean),
  );
  const readers = best.map(({ dialect }) => dialect);
  const written = writerAmong(readers, text, reading.calls.length > 0 ? reading : best[0]?.reading, tools);
  const named = written ?? (readers.length === 1 ? readers[0] : undefined);
  const byName = best.find(({ dialect }) => dialect === named) ?? (reading.calls.length === most ? undefined : best[0]);
  return {
    dialect: byName?.dialect ?? 'auto',
    reading: byName?.reading ?? reading,
    readers,
    exact: written !== undefined,
  };
}

interface Named {
  reading: DialectReading;
}

function sameCalls(one: Named, all: readonly Named[]): boolean {
  const [first] = all;
  return first !== undefined && contentOf(one.reading) === contentOf(first.reading);
}

function contentOf({ calls }: DialectReading): string {
  return calls.map((call) => `${call.name} ${stableStringify(call.arguments)}`).join('\n');
}

/** Of dialects that write alike, those that the others come from. */
const ORIGINALS: readonly string[] = ['hermes', 'qwen3-coder'];

/** Who would have written these calls as they stand in the text: to the letter, or else but for white space, which servers change. */
function writerAmong(
  names: readonly string[],
  text: string,
  reading: DialectReading | undefined,
  tools: readonly ToolDefinition[],
): string | undefined {
  const calls = (reading?.calls ?? []).map((call) => ({
    ...call,
    schema: tools.find((tool) => tool.name === call.name)?.inputSchema,
  }));
  if (calls.length === 0) return undefined;
  const dense = (written: string): string => written.replaceAll(/\s+/gu, '');
  for (const form of [(written: string) => written.trim(), dense]) {
    const writers = names.filter((name) => {
      const written = form(dialectOf(name)?.write(calls) ?? '');
      return written !== '' && form(text).includes(written);
    });
    const writer = ORIGINALS.find((name) => writers.includes(name)) ?? writers[0];
    if (writer !== undefined) return writer;
  }
  return undefined;
}
