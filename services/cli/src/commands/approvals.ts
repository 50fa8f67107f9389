import type { Command } from 'commander';
import type { Decision, SwitchyardClient } from '@switchyard/client';
import {
  ApprovalListSchema,
  DecisionListSchema,
  create,
  RunSchema,
  SwitchyardError,
  timestampDate,
  toWire,
  type Approval,
  type DecisionMade,
  type JsonObject,
} from '@switchyard/contracts';
import { jsonObject, number } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { agoOf, oneLine } from '../output/format.js';
import { bold, dim, harmless, jsonText, statusColour } from '../output/style.js';
import { table } from '../output/table.js';

interface DecideFlags {
  reason?: string;
  arguments?: JsonObject;
}

interface HistoryFlags {
  run?: string;
  tool?: string;
  by?: string;
  since?: string;
  before?: string;
  limit: number;
}

const RUN = 'run_01m83t3bs75sprv1ztsnxmss8e';

/** Calls that wait for a person. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('Decide about tool calls that wait for a person');
  approvals
    .command('list')
    .description('What waits, that of the newest run first')
    .option('--run <run>', 'of this run only')
    .option('-n, --limit <n>', 'how many runs, at most 200', number, 50)
    .option('--before <run>', 'the page after the one that ended with this run')
    .addHelpText('after', '\nExamples:\n  switchyard approvals list\n  switchyard approvals list --json')
    .action(
      action(async (context, { run, ...flags }: { run?: string; limit: number; before?: string }) => {
        print(context, await (await context.client()).approvals.list({ ...flags, runId: run }), listText);
      }),
    );
  approvals
    .command('show')
    .description('What a run waits for, with all arguments')
    .argument('<run>')
    .addHelpText('after', `\nExamples:\n  switchyard approvals show ${RUN}`)
    .action(
      action(async (context, runId: string) => {
        print(context, await (await context.client()).approvals.list({ runId }), (found) => showText(found, runId));
      }),
    );
  approvals
    .command('history')
    .description('What was decided, by people and by rules, the newest first')
    .option('--run <run>', 'about calls of this run only')
    .option('--tool <tool>', 'about calls of this tool only')
    .option('--by <who>', 'by user:<name>, policy:<name> or agent only')
    .option('--since <time>', 'of that moment and later: 2026-11-27T00:00:00Z')
    .option('--before <time>', 'the page after the one that ended with this time')
    .option('-n, --limit <n>', 'how many, at most 200', number, 50)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard approvals history\n  switchyard approvals history --by policy:payments --json',
    )
    .action(
      action(async (context, { run, ...filter }: HistoryFlags) => {
        const found = await (await context.client()).approvals.history({ ...filter, runId: run });
        const list = toWire(DecisionListSchema, create(DecisionListSchema, { decisions: found }), { complete: true });
        context.print(list['decisions'], () => historyText(found));
      }),
    );
  addDecision(approvals, 'approve', 'Have the call performed', `approve ${RUN}`, () => ({ decision: 'approved' }));
  addDecision(
    approvals,
    'edit',
    'Have the call performed with other arguments',
    `edit ${RUN} --arguments '{"amount": 3}'`,
    ({ arguments: edited }) => {
      if (edited) return { decision: 'edited', arguments: edited };
      throw new SwitchyardError('usage.invalid', 'Say with --arguments what the tool is called with instead.');
    },
  );
  addDecision(
    approvals,
    'deny',
    'Have the call not performed; the model is told so',
    `deny ${RUN} -r "too much"`,
    () => ({
      decision: 'denied',
    }),
  );
}

function addDecision(
  approvals: Command,
  name: string,
  description: string,
  example: string,
  decisionOf: (flags: DecideFlags) => Decision,
): void {
  const command = approvals
    .command(name)
    .description(description)
    .argument('<run>')
    .argument('[call]', 'needed where several calls of the run wait')
    .option('-r, --reason <text>', 'kept in the journal');
  if (name === 'edit') command.option('--arguments <json>', 'what the tool is called with', jsonObject);
  command.addHelpText('after', `\nExamples:\n  switchyard approvals ${example}`).action(
    action(async (context, runId: string, callId: string | undefined, flags: DecideFlags) => {
      const decision = { ...decisionOf(flags), ...(flags.reason ? { reason: flags.reason } : {}) };
      const client = await context.client();
      const chosen = callId ?? (await onlyCall(client, runId));
      const run = await client.approvals.decide(runId, chosen, decision);
      context.print(
        toWire(RunSchema, run, { complete: true }),
        () => `${chosen} ${decision.decision}; ${run.runId} ${statusColour(run.status)}`,
      );
    }),
  );
}

/** The call that is meant where none is named. @throws SwitchyardError `usage.invalid`, `approval.not_waiting` */
async function onlyCall(client: SwitchyardClient, runId: string): Promise<string> {
  const found = await client.approvals.list({ runId });
  const [only, ...more] = found;
  if (only && more.length === 0) return only.callId;
  if (only) {
    const calls = found.map(({ callId, summary }) => `${callId} (${oneLine(summary, 60)})`).join(', ');
    throw new SwitchyardError('usage.invalid', `Several calls of ${runId} wait: say which one. ${calls}`);
  }
  const run = await client.runs.get(runId);
  throw new SwitchyardError(
    'approval.not_waiting',
    `No call of ${runId} waits for a person; the run is ${run.status}.`,
  );
}

function print(context: CliContext, found: Approval[], text: (found: readonly Approval[]) => string): void {
  const list = toWire(ApprovalListSchema, create(ApprovalListSchema, { approvals: found }), { complete: true });
  context.print(list['approvals'], () => text(found));
}

function listText(found: readonly Approval[]): string {
  if (found.length === 0) return 'Nothing waits for a person.';
  return table(
    ['RUN', 'CALL', 'AGENT', 'AGE', 'EXPIRES', 'WHAT'],
    found.map((approval) => [
      approval.runId,
      approval.callId,
      approval.agent,
      agoOf(approval.requestedAt),
      approval.expiresAt ? timestampDate(approval.expiresAt).toISOString() : 'never',
      harmless(oneLine(approval.summary, 60)),
    ]),
  );
}

function whyText({ askedBy, reason }: Approval): string[] {
  if (askedBy === '') return [];
  return [`asked by ${harmless(askedBy)}${reason === '' ? '' : `: ${harmless(reason)}`}`];
}

function historyText(found: readonly DecisionMade[]): string {
  if (found.length === 0) return 'Nothing was decided.';
  return table(
    ['TIME', 'DECISION', 'BY', 'TOOL', 'REASON', 'RUN', 'CALL'],
    found.map(({ time, decision, by, tool, reason, runId, callId }) => [
      time ? timestampDate(time).toISOString() : '–',
      decision,
      harmless(by),
      harmless(tool),
      harmless(oneLine(reason, 40)),
      runId,
      callId,
    ]),
  );
}

function showText(found: readonly Approval[], runId: string): string {
  if (found.length === 0) return `No call of ${runId} waits for a person.`;
  return found
    .map((approval) =>
      [
        `${bold(approval.callId)}  ${harmless(approval.tool)}${approval.effect === '' ? '' : `  ${approval.effect}`}`,
        ...(approval.description === '' ? [] : [harmless(approval.description)]),
        ...whyText(approval),
        harmless(jsonText(approval.arguments ?? {}, 2)),
        dim(`switchyard approvals approve|edit|deny ${approval.runId} ${approval.callId}`),
      ].join('\n'),
    )
    .join('\n\n');
}
