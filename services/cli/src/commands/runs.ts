import type { Command } from 'commander';
import {
  fromValue,
  RunListSchema,
  RunSchema,
  RunTreeSchema,
  toWire,
  create,
  timestampDate,
  type Run,
} from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { number } from '../arguments.js';
import { EXIT } from '../exit-codes.js';
import { backendShares } from '../output/backend-shares.js';
import { agoOf, asText, cost, count, duration, oneLine } from '../output/format.js';
import { relativesText, treeText } from '../output/run-tree.js';
import { bold, dim, harmless, jsonText, red, statusColour } from '../output/style.js';
import { switchText } from '../output/switch-text.js';
import { table } from '../output/table.js';
import { waitText } from '../output/wait-text.js';
import { follow } from './run.js';
import { addRunsCancel } from './runs-cancel.js';
import { addRunsExplain } from './runs-explain.js';
import { addRunsOutcome } from './runs-outcome.js';
import { addRunsSend } from './runs-send.js';
import { addForks } from './runs-fork.js';

interface ListFlags {
  agent?: string;
  status?: string;
  thread?: string;
  parent?: string;
  limit?: number;
  before?: string;
}

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('Look at runs, watch them, move them to another backend, fork them, cancel them');
  runs
    .command('list')
    .description('The newest runs')
    .option('-a, --agent <name>', 'of this agent only')
    .option('-s, --status <status>', 'queued, running, waiting, completed, failed or cancelled')
    .option('-t, --thread <name>', 'of this conversation only')
    .option('--parent <run>', 'only those that calls of this run started')
    .option('-n, --limit <n>', 'how many, at most 200', number, 20)
    .option('--before <run>', 'the page after the one that ended with this run')
    .addHelpText('after', '\nExamples:\n  switchyard runs list\n  switchyard runs list --status failed --json')
    .action(
      action(async (context, flags: ListFlags) => {
        const found = await (await context.client()).runs.list(flags);
        context.print(toWire(RunListSchema, create(RunListSchema, { runs: found }), { complete: true })['runs'], () =>
          listText(found),
        );
      }),
    );
  runs
    .command('show')
    .description('One run: input, output, usage, cost, configuration')
    .argument('<run>')
    .action(
      action(async (context, runId: string) => {
        const client = await context.client();
        const run = await client.runs.get(runId);
        const shares = run.switches.length > 0 ? backendShares(await client.runs.journal(runId)) : [];
        // A run without tool calls has called nobody.
        const called = run.toolCalls > 0 && !context.json ? await client.runs.list({ parent: runId, limit: 20 }) : [];
        context.print(toWire(RunSchema, run, { complete: true }), () => runText(run, shares, called));
      }),
    );
  runs
    .command('tree')
    .description(
      'A run and all that its calls of agents started: status, agent, backend and cost of each, and the totals',
    )
    .argument('<run>')
    .addHelpText('after', '\nExamples:\n  switchyard runs tree run_…\n  switchyard runs tree run_… --json')
    .action(
      action(async (context, runId: string) => {
        const tree = await (await context.client()).runs.tree(runId);
        context.print(toWire(RunTreeSchema, tree, { complete: true }), () => treeText(tree));
      }),
    );
  runs
    .command('watch')
    .description('Follow a run from its beginning to its end')
    .argument('<run>')
    .action(
      action(async (context, runId: string) => {
        const run = await follow(await context.client(), runId, context, false);
        if (context.json) console.log(jsonText(toWire(RunSchema, run, { complete: true }), 2));
        if (run.status !== 'completed') process.exitCode = EXIT.failed;
      }),
    );
  runs
    .command('switch')
    .description('Move a run to another backend, which is asked from its next model turn on')
    .argument('<run>')
    .argument('<backend>')
    .option('-r, --reason <text>', 'kept in the journal', 'asked for at the command line')
    .option('--now', 'abort the model request in hand instead of finishing its turn first')
    .addHelpText('after', '\nExamples:\n  switchyard runs switch run_… glm --reason "the other one is too slow"')
    .action(
      action(async (context, runId: string, backend: string, flags: { reason: string; now?: boolean }) => {
        const run = await (await context.client()).runs.switch(runId, backend, flags);
        context.print(
          toWire(RunSchema, run, { complete: true }),
          () => `${run.runId} ${statusColour(run.status)} on ${run.backend}`,
        );
      }),
    );
  addRunsSend(runs);
  addRunsOutcome(runs);
  addRunsExplain(runs);
  addRunsCancel(runs);
  addForks(runs);
}

function listText(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No runs yet. Try: switchyard run "What is 17% of 2340?"';
  return table(
    ['RUN', 'STATUS', 'AGENT', 'BACKEND', 'AGE', 'TOOK', 'COST', 'INPUT'],
    runs.map((run) => [
      run.runId,
      statusColour(run.status),
      run.agent,
      run.backend,
      agoOf(run.createdAt),
      took(run),
      cost(run.costUsd),
      harmless(oneLine(asText(fromValue(run.input)), 48)),
    ]),
  );
}

function runText(run: Run, shares: readonly string[], called: readonly Run[]): string {
  const lines = [
    `${bold(run.runId)}  ${statusColour(run.status)}`,
    `agent          ${run.agent} ${run.agentVersion}`,
    `backend        ${run.backend}${run.routingReason ? ` (${run.routingReason})` : ''}`,
    ...run.switches.map((move) => `               ${dim(harmless(switchText(move)))}`),
    `configuration  ${run.configuration || '–'}`,
    `took           ${took(run)}, ${count(run.turns, 'turn')}, ${count(run.toolCalls, 'tool call')}`,
    `usage          ${run.usage?.inputTokens ?? 0} → ${run.usage?.outputTokens ?? 0} tokens, ${cost(run.costUsd)}`,
    ...shares.map((share) => `               ${dim(share)}`),
    ...waitText(run),
    `trace          ${run.traceId || '–'}`,
    ...relativesText(run, called),
    ...(run.thread ? [`thread         ${harmless(run.thread)}`] : []),
    ...(run.fork ? [`forked from    ${run.fork.runId} after entry ${run.fork.seq}`] : []),
    ...(run.redrivenAs ? [`redriven as    ${run.redrivenAs}`] : []),
    '',
    `input   ${harmless(asText(fromValue(run.input)))}`,
  ];
  if (run.output) lines.push(`output  ${harmless(asText(fromValue(run.output)))}`);
  if (run.error) lines.push(`${red('error')}   ${harmless(run.error.message)} [${run.error.code}]`);
  return lines.join('\n');
}

function took(run: Run): string {
  if (!run.createdAt || !run.endedAt) return '–';
  return duration(timestampDate(run.endedAt).getTime() - timestampDate(run.createdAt).getTime());
}
