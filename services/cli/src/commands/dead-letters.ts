import type { Command } from 'commander';
import {
  create,
  DeadLetterListSchema,
  DeadLetterSchema,
  RedriveReplySchema,
  SwitchyardError,
  timestampDate,
  toWire,
  type DeadLetter,
  type ErrorInfo,
  type Redriven,
} from '@switchyard/contracts';
import { filled, number, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { agoOf, oneLine } from '../output/format.js';
import { bold, dim, green, harmless, red } from '../output/style.js';
import { table } from '../output/table.js';

interface ListFlags {
  kind?: string;
  code?: string;
  agent?: string;
  backend?: string;
  tenant?: string;
  all?: boolean;
  limit: number;
}

interface RedriveFlags {
  kind?: string;
  code?: string;
  agent?: string;
  onBackend?: string;
  backend?: string;
  limit?: number;
  dryRun?: boolean;
}

const KINDS = 'tasks, exec, tool, event (messages) or run (runs that failed)';

export function addDeadLetters(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('What failed for good, with its cause: look at it, and give it another try')
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard dead-letters\n  switchyard dead-letters redrive run run_… --backend glm',
    );
  letters
    .command('list', { isDefault: true })
    .description('The newest ones')
    .option('-k, --kind <kind>', KINDS)
    .option('-c, --code <code>', 'with this code as the cause only')
    .option('-a, --agent <name>', 'of this agent only')
    .option('-b, --backend <name>', 'of this backend only')
    .option('--tenant <name>', 'of this tenant only')
    .option('--all', 'those too that were redriven')
    .option('-n, --limit <n>', 'how many', number, 20)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard dead-letters list --kind run --code model.unavailable\n  switchyard dead-letters list --kind tasks --json',
    )
    .action(
      action(async (context, flags: ListFlags) => {
        const found = await (await context.client()).deadLetters.list(flags);
        context.print(
          toWire(DeadLetterListSchema, create(DeadLetterListSchema, { letters: found }), { complete: true })['letters'],
          () => listText(found),
        );
      }),
    );
  letters
    .command('show')
    .description('One of them: its cause, what came, and what can be done')
    .argument('<kind>', KINDS)
    .argument('<id>')
    .addHelpText('after', '\nExamples:\n  switchyard dead-letters show run run_…')
    .action(
      action(async (context, kind: string, id: string) => {
        const letter = await (await context.client()).deadLetters.get(kind, id);
        context.print(toWire(DeadLetterSchema, letter, { complete: true }), () => letterText(letter));
      }),
    );
  letters
    .command('redrive')
    .description('Give one another try, or all that the options name')
    .argument('[kind]', KINDS)
    .argument('[id]')
    .option('-k, --kind <kind>', KINDS)
    .option('-c, --code <code>', 'with this code as the cause only')
    .option('-a, --agent <name>', 'of this agent only')
    .option('--on-backend <name>', 'of this backend only')
    .option('-b, --backend <name>', 'where to (default: where they were)', filled)
    .option('-n, --limit <n>', 'how many at most, up to 500 (default: 100)', positive)
    .option('--dry-run', 'only say what would be done')
    .addHelpText(
      'after',
      `
Exit status: 0 all were redriven, 1 some were not.

Examples:
  switchyard dead-letters redrive run run_… --backend glm
  switchyard dead-letters redrive --kind run --code model.unavailable --on-backend sonnet --backend glm --dry-run`,
    )
    .action(action(redrive));
}

async function redrive(
  context: CliContext,
  kind: string | undefined,
  id: string | undefined,
  flags: RedriveFlags,
): Promise<void> {
  const { deadLetters } = await context.client();
  const { backend, dryRun, ...filter } = flags;
  if (kind !== undefined && filter.kind !== undefined && kind !== filter.kind)
    throw new SwitchyardError('usage.invalid', `Two kinds are named, ${kind} and ${filter.kind}: which one is meant?`);
  if (kind !== undefined && id !== undefined) {
    const redriven = await deadLetters.redrive(kind, id, { backend, dryRun });
    const done = redriven ? [redriven] : [];
    return print(context, done, false, dryRun ?? false);
  }
  const reply = await deadLetters.redriveAll({ ...filter, kind: kind ?? filter.kind }, { backend, dryRun });
  print(context, reply.letters, reply.more, dryRun ?? false);
  if (reply.letters.some(({ error }) => error)) process.exitCode = EXIT.failed;
}

function print(context: CliContext, letters: readonly Redriven[], more: boolean, dryRun: boolean): void {
  const reply = create(RedriveReplySchema, { letters: [...letters], more });
  context.print(toWire(RedriveReplySchema, reply, { complete: true }), () => {
    if (letters.length === 0) return 'No dead letters to redrive.';
    const rows = letters.map(({ kind, id, runId, error }) => [
      kind,
      harmless(id),
      error
        ? red(harmless(oneLine(causeText(error), 140)))
        : dryRun
          ? dim('would be redriven')
          : green(runId || 'done'),
    ]);
    return [table(['KIND', 'ID', 'RUN'], rows), ...(more ? [dim('There are more.')] : [])].join('\n');
  });
}

function listText(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return 'No dead letters.';
  return table(
    ['AGE', 'KIND', 'ID', 'SUBJECT', 'CAUSE'],
    letters.map(({ time, kind, id, subject, cause, redrivenAt }) => [
      agoOf(time),
      kind,
      harmless(id),
      harmless(subject),
      `${harmless(oneLine(causeText(cause), 110))}${redrivenAt ? dim(' (redriven)') : ''}`,
    ]),
  );
}

function letterText(letter: DeadLetter): string {
  const { kind, id, cause, subject, tenant, agent, backend, runId, seq, deliveries, time, payload } = letter;
  const lines: [string, string][] = [
    ['cause', red(causeText(cause))],
    ['subject', subject],
    ['when', time ? timestampDate(time).toISOString() : ''],
    ['tenant', tenant],
    ['agent', agent],
    ['backend', backend],
    ['run', runId === '' ? '' : `${runId}${seq > 0 ? ` at entry ${seq}` : ''}`],
    ['deliveries', deliveries > 0 ? String(deliveries) : ''],
    ['redriven', letter.redrivenAt ? `${timestampDate(letter.redrivenAt).toISOString()} by ${letter.redrivenBy}` : ''],
    ['goes on as', letter.redrivenAs],
    ['what to do', letter.advice],
    ['payload', payload],
  ];
  const shown = lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name.padEnd(12)}${harmless(value)}`);
  return [bold(harmless(`${kind} ${id}`)), ...shown].join('\n');
}

function causeText(cause: ErrorInfo | undefined): string {
  return `${cause?.code ?? ''}: ${cause?.message ?? ''}`;
}
