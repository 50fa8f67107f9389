import type { Command } from 'commander';
import {
  create,
  RunSchema,
  RunStateViewSchema,
  RunStepsSchema,
  SubmitReplySchema,
  toWire,
} from '@switchyard/contracts';
import type { RunStateView, RunStep } from '@switchyard/contracts';
import { filled, number, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { cost, count, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, jsonText, statusColour, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { follow } from './run.js';

interface ForkFlags {
  at?: number;
  backend?: string;
  agentVersion?: string;
  input?: string;
  key?: string;
  watch?: boolean;
}

/** `runs fork` and `runs replay`. */
export function addForks(runs: Command): void {
  runs
    .command('fork')
    .description('Begin a new run with the first entries of another one; nothing of them is executed again')
    .argument('<run>')
    .option(
      '--at <seq>',
      'the last entry that is taken over (default: the last that will do; see runs replay)',
      positive,
    )
    .option('-b, --backend <name>', 'where it goes on (default: where the run is)', filled)
    .option('--agent-version <version>', 'number, content address, or "current" (default: the one of the run)', filled)
    .option('-i, --input <text>', 'said to the agent after what was taken over', filled)
    .option('-k, --key <key>', 'idempotency key: the same key is the same fork', filled)
    .option('-w, --watch', 'follow the new run to its end')
    .addHelpText(
      'after',
      `
Examples:
  switchyard runs replay run_…                                   where can it be forked?
  switchyard runs fork run_… --at 4 --backend glm --watch
  switchyard runs fork run_… --agent-version current --input "And now in French?"`,
    )
    .action(action(fork));
  runs
    .command('replay')
    .description('Read a run again entry by entry: what came, where it stood, what was next; nothing is executed')
    .argument('<run>')
    .option('--at <seq>', 'all that the run was after this entry; 0 for the last', number)
    .addHelpText('after', '\nExamples:\n  switchyard runs replay run_…\n  switchyard runs replay run_… --at 4 --json')
    .action(
      action(async (context, runId: string, { at }: { at?: number }) => {
        const { runs: resource } = await context.client();
        if (at === undefined) {
          const steps = await resource.steps(runId);
          const json = toWire(RunStepsSchema, create(RunStepsSchema, { steps }), { complete: true });
          return context.print(json['steps'], () => stepsText(steps));
        }
        const state = await resource.state(runId, at);
        context.print(toWire(RunStateViewSchema, state, { complete: true }), () => stateText(state));
      }),
    );
}

async function fork(context: CliContext, original: string, flags: ForkFlags): Promise<void> {
  const client = await context.client();
  const { at, backend, agentVersion, input, key } = flags;
  const order = { seq: at, backend, agentVersion, input, idempotencyKey: key };
  const reply = await client.runs.fork(original, order);
  if (!flags.watch) {
    return context.print(
      toWire(SubmitReplySchema, reply, { complete: true }),
      () => `${reply.runId}${reply.duplicate ? dim(' (the key was known: nothing was started)') : ''}`,
    );
  }
  // What was taken over has been seen before.
  const { fork: place } = await client.runs.get(reply.runId);
  const run = await follow(client, reply.runId, context, false, place?.seq ?? 0);
  if (context.json) console.log(jsonText(toWire(RunSchema, run, { complete: true }), 2));
  if (run.status !== 'completed') process.exitCode = EXIT.failed;
}

function stepsText(steps: readonly RunStep[]): string {
  const rows = steps.map((step) => [
    String(step.seq),
    step.type,
    harmless(step.next),
    step.forkable ? green('yes') : dim('no'),
    harmless(oneLine(step.summary, 90)),
  ]);
  return table(['SEQ', 'ENTRY', 'NEXT', 'FORK', 'WHAT'], rows);
}

function stateText(state: RunStateView): string {
  const { usage } = state;
  return [
    `${bold(`${state.runId} after entry ${state.seq}`)} of ${state.lastSeq}: ${state.type}  ${statusColour(state.status)}`,
    `backend        ${state.backend}, ${count(state.turns, 'turn')}, ${usage?.inputTokens ?? 0} → ${usage?.outputTokens ?? 0} tokens, ${cost(state.costUsd)}`,
    `next           ${state.next}`,
    `can be forked  ${state.forkable ? green('yes') : 'no'}`,
    ...state.openCalls.map((call) => `open call      ${harmless(oneLine(jsonText(call), 160))}`),
    '',
    ...(state.messagesOmitted > 0 ? [dim(`… ${count(state.messagesOmitted, 'message')} before these`)] : []),
    ...state.messages.map((message) => `${yellow(String(message['role']))}  ${harmless(partsText(message['parts']))}`),
    ...(state.shortened ? [dim('Long texts are shortened; the journal has them whole.')] : []),
  ].join('\n');
}

function partsText(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .map((part: { type?: unknown; text?: unknown }) => (typeof part.text === 'string' ? part.text : jsonText(part)))
    .join('\n');
}
