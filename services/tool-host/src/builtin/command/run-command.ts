import { mkdir, realpath } from 'node:fs/promises';
import type { JsonObject } from '@switchyard/contracts';
import type { ToolContext, ToolOutput } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { namespaceArguments, WORKSPACE, type CommandLimits } from './namespace-arguments.js';
import { noNamespace, runInNamespace, type CommandResult } from './run-in-namespace.js';

const MAX_COMMAND_LENGTH = 16_384;
const MAX_INPUT_LENGTH = 262_144;
const MAX_OUTPUT_BYTES = 48 * 1024;
const TIMEOUT_MS = 60_000;

const LIMITS: CommandLimits = {
  cpuSeconds: 60,
  memoryBytes: 1024 * 1024 * 1024,
  fileBytes: 64 * 1024 * 1024,
  processes: 64,
  openFiles: 256,
};

export interface CommandOptions {
  filesRoot: string;
  /** bubblewrap, by name or path. */
  program?: string;
}

/** Runs a shell command in namespaces of its own; there only where the operator has switched it on. */
export function createRunCommand({ filesRoot, program = 'bwrap' }: CommandOptions): BuiltinTool {
  return {
    name: 'run_command',
    toolset: 'code',
    description:
      `Runs a shell command (/bin/sh) in an isolated space: no network, the programs of the machine, and the files folder as ${WORKSPACE}, ` +
      'where it starts and may write. Gives exit code and output.',
    parameters: objectSchema(
      {
        command: { type: 'string', minLength: 1, maxLength: MAX_COMMAND_LENGTH },
        stdin: { type: 'string', description: 'What it reads as its input.', maxLength: MAX_INPUT_LENGTH },
      },
      ['command'],
    ),
    // It may write files, and nobody can say of what it does that twice is once.
    effect: 'irreversible',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: 2 * MAX_OUTPUT_BYTES,
    handler: (args, context) => run(filesRoot, program, args, context),
  };
}

async function run(filesRoot: string, program: string, args: JsonObject, { signal }: ToolContext): Promise<ToolOutput> {
  await mkdir(filesRoot, { recursive: true, mode: 0o700 });
  const folder = await realpath(filesRoot);
  const result = await runInNamespace({
    program,
    args: namespaceArguments(folder, textArgument(args, 'command'), LIMITS),
    input: textArgument(args, 'stdin'),
    maxBytes: MAX_OUTPUT_BYTES,
    signal,
  });
  // bubblewrap's own failure, before there is a command: it says so on the error output, in its own name.
  const own = result.exitCode === 1 && result.stdout === '' ? /^bwrap: (.+)/.exec(result.stderr)?.[1] : undefined;
  if (own !== undefined) throw noNamespace(own);
  return describe(result);
}

function describe({ exitCode, signal, stdout, stderr, cut }: CommandResult): ToolOutput {
  const ended = exitCode === undefined ? `Ended by ${signal}` : `Exit code: ${exitCode}`;
  const parts = [
    `${ended}${cut ? ` (only the first ${MAX_OUTPUT_BYTES} bytes of output are shown)` : ''}`,
    ...(stdout === '' ? [] : [`Output:\n${stdout}`]),
    ...(stderr === '' ? [] : [`Errors:\n${stderr}`]),
  ];
  return { content: [{ type: 'text', text: parts.join('\n\n') }], isError: exitCode !== 0 };
}
