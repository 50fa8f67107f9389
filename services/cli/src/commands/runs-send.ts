import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { RunSchema, SwitchyardError, toWire, type JsonValue, type Run } from '@switchyard/contracts';
import { filled } from '../arguments.js';
import { action } from '../cli-context.js';
import { statusColour } from '../output/style.js';
import { waitText } from '../output/wait-text.js';

interface SendFlags {
  call?: string;
  key?: string;
  inputJson?: boolean;
}

/** `runs send` */
export function addRunsSend(runs: Command): void {
  runs
    .command('send')
    .description('Say something to a run that goes on, or answer what it asks')
    .argument('<run>')
    .argument('<text>', 'what is said; "-" reads standard input', filled)
    .option('-c, --call <call>', 'the question that it answers', filled)
    .option('-k, --key <key>', 'idempotency key: the same key for the same run adds nothing', filled)
    .option('--input-json', 'it is JSON, not text')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard runs send run_… "In French, please"\n  switchyard runs send run_… "the red one" --call call_…',
    )
    .action(
      action(async (context, runId: string, given: string, flags: SendFlags) => {
        const said = given === '-' ? (await textOf(process.stdin)).trimEnd() : given;
        if (said.trim() === '')
          throw new SwitchyardError('usage.invalid', 'There is nothing to say: the text is empty.');
        const run = await (
          await context.client()
        ).runs.send(runId, flags.inputJson ? parse(said) : said, {
          ...(flags.call ? { callId: flags.call } : {}),
          ...(flags.key ? { idempotencyKey: flags.key } : {}),
        });
        context.print(toWire(RunSchema, run, { complete: true }), () => sentText(run, flags));
      }),
    );
}

/** Where the run waits for an answer, what was said without naming the call answers nothing. */
function sentText(run: Run, { call }: SendFlags): string {
  const asks = call === undefined && run.wait?.reason === 'input' ? waitText(run) : [];
  return [`${run.runId} ${statusColour(run.status)}`, ...asks].join('\n');
}

function parse(said: string): JsonValue {
  try {
    return JSON.parse(said) as JsonValue;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('usage.invalid', `That is not JSON, which --input-json promises: ${reason}.`, { cause });
  }
}
