import type { Command } from 'commander';
import type { SwitchyardClient } from '@switchyard/client';
import { create, RunListSchema, RunSchema, SwitchyardError, toWire, type Run } from '@switchyard/contracts';
import { filled } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { count } from '../output/format.js';
import { statusColour } from '../output/style.js';

interface CancelFlags {
  reason: string;
  thread?: string;
  agent?: string;
  yes?: boolean;
}

/** Runs that one command cancels at most. */
const MOST = 200;
const OPEN = ['queued', 'running', 'waiting'];

/** `runs cancel` */
export function addRunsCancel(runs: Command): void {
  runs
    .command('cancel')
    .description('Stop a run: its model stream and its tools end, and nothing of it happens after')
    .argument('[run]')
    .option('-r, --reason <text>', 'kept in the journal', 'cancelled at the command line')
    .option('-t, --thread <name>', `all open runs of this conversation, at most ${MOST}`, filled)
    .option('-a, --agent <name>', `all open runs of this agent, at most ${MOST}`, filled)
    .option('-y, --yes', 'do so: without it, --thread and --agent only say which runs it would be')
    .action(
      action(async (context, runId: string | undefined, flags: CancelFlags) => {
        const { thread, agent } = flags;
        if ((runId === undefined) === (thread === undefined && agent === undefined))
          throw new SwitchyardError(
            'usage.invalid',
            'Name a run, or say with --thread or --agent whose runs are meant.',
          );
        const client = await context.client();
        if (runId === undefined) return cancelMany(context, client, flags);
        const run = await client.runs.cancel(runId, flags.reason);
        context.print(toWire(RunSchema, run, { complete: true }), () => `${run.runId} ${statusColour(run.status)}`);
      }),
    );
}

async function cancelMany(context: CliContext, client: SwitchyardClient, flags: CancelFlags): Promise<void> {
  const { thread, agent, reason, yes } = flags;
  const pages = await Promise.all(OPEN.map((status) => client.runs.list({ thread, agent, status, limit: MOST })));
  // The last ones first: none of a thread begins because the one before it was stopped.
  const found = pages.flat().sort((a, b) => (a.runId < b.runId ? 1 : -1));
  const chosen = found.slice(0, MOST);
  const runs: Run[] = [];
  for (const run of chosen) runs.push(yes ? await cancelIfOpen(client, run.runId, reason) : run);
  context.print(toWire(RunListSchema, create(RunListSchema, { runs }), { complete: true })['runs'], () =>
    [
      ...runs.map((run) => `${run.runId} ${statusColour(run.status)}`),
      yes
        ? `${count(runs.length, 'run')} stopped${found.length > MOST ? '; there are more: do it again' : ''}`
        : `${count(runs.length, 'run')} would be stopped. Add --yes to do so.`,
    ].join('\n'),
  );
}

/** A run that ended in between is what was asked for. */
async function cancelIfOpen(client: SwitchyardClient, runId: string, reason: string): Promise<Run> {
  try {
    return await client.runs.cancel(runId, reason);
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'run.already_ended') return client.runs.get(runId);
    throw error;
  }
}
