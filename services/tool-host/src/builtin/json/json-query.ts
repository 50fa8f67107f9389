import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { SwitchyardError, type JsonObject } from '@switchyard/contracts';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import { text, type ToolContext, type ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { readWholeFile } from '../files/read-whole-file.js';
import type { FilesRoot } from '../files/safe-path.js';
import type { SandboxLibrary, SandboxLimits } from '../javascript/sandbox-messages.js';
import type { Sandbox, SandboxOutcome } from '../javascript/sandbox.js';

const MAX_QUERY_LENGTH = 8_192;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

const LIMITS: SandboxLimits = {
  computeMs: 5_000,
  memoryBytes: 128 * 1024 * 1024,
  stackBytes: 256 * 1024,
  consoleCharacters: 0,
  valueCharacters: 256 * 1024,
  calls: 0,
};

/** JSONata's own error has its code and place beside the message. */
const CODE = `(async () => {
  try {
    return await jsonata(input.query).evaluate(input.data);
  } catch (error) {
    throw new Error([error.code, error.message].filter(Boolean).join(': '));
  }
})()`;

/**
 * JSONata over a value or a file. The query is somebody's program, with regular expressions and recursion: it runs in the
 * sandbox, never beside the host's own work, and computes for no longer than `computeMs`.
 */
export function createJsonQuery(sandbox: Sandbox, files: FilesRoot, computeMs = LIMITS.computeMs): BuiltinTool {
  return {
    name: 'json_query',
    toolset: 'json',
    description:
      'Picks, filters, groups and calculates over JSON with a JSONata expression, such as "orders[total > 100].customer" or ' +
      '"$sum(items.(price * quantity))". Give the JSON as "data", or a file of the files folder as "file".',
    parameters: objectSchema(
      {
        query: { type: 'string', description: 'A JSONata expression.', minLength: 1, maxLength: MAX_QUERY_LENGTH },
        data: { description: 'Any JSON value; a text is read as JSON where it is JSON.' },
        file: { type: 'string', description: 'Instead of data: a JSON file, by its relative path.', minLength: 1 },
      },
      ['query'],
    ),
    effect: 'pure',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 64 * 1024,
    handler: (args, context) => query(sandbox, files, { ...LIMITS, computeMs }, args, context),
  };
}

async function query(
  sandbox: Sandbox,
  files: FilesRoot,
  limits: SandboxLimits,
  args: JsonObject,
  { signal }: ToolContext,
): Promise<ToolOutput> {
  const data = await dataOf(args, files);
  const outcome = await sandbox.run({
    library: await library(),
    code: CODE,
    input: `{"query":${JSON.stringify(textArgument(args, 'query'))},"data":${data}}`,
    tools: [],
    seed: 0,
    limits,
    call: () => Promise.reject(new TypeError('A query calls no tools')),
    signal,
  });
  return described(outcome);
}

/** As JSON text. */
async function dataOf(args: JsonObject, files: FilesRoot): Promise<string> {
  const { data } = args;
  const file = textArgument(args, 'file');
  if ((file === '') === (data === undefined)) throw invalid('Give either "data" or "file".');
  if (file !== '') {
    const content = await readWholeFile(files, file, MAX_FILE_BYTES);
    if (isJson(content)) return content;
    throw invalid(`"${file.slice(0, 200)}" is not JSON.`);
  }
  return typeof data === 'string' && isJson(data) ? data : JSON.stringify(data);
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function described({ ending }: SandboxOutcome): ToolOutput {
  if (ending.is === 'returned') return text(ending.value === '' ? 'Nothing matches.' : ending.value);
  if (ending.is === 'threw') throw invalid(`The query failed: ${firstLine(ending.error)}.`);
  const why =
    ending.why === 'compute' || ending.why === 'memory' ? ending.error : `the engine stopped: ${ending.error}`;
  throw new SwitchyardError(
    ending.why === 'compute' ? 'tool.timeout' : 'tool.failed',
    `The query was stopped: ${why}. Ask for less, or more simply.`,
  );
}

function firstLine(error: string): string {
  return (error.split('\n')[0] ?? '').replace(/^Error: /, '').replace(/\.$/, '');
}

function invalid(message: string): SwitchyardError {
  return invalidArguments('json_query', message);
}

let loading: Promise<SandboxLibrary> | undefined;

/** Read when it is first needed, and kept as the engine keeps it. */
function library(): Promise<SandboxLibrary> {
  loading ??= readFile(createRequire(import.meta.url).resolve('jsonata/jsonata.min.js'), 'utf8').then((source) => ({
    source,
  }));
  return loading;
}
