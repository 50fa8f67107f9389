import type { Command } from 'commander';
import {
  create,
  FeedbackListSchema,
  FeedbackSchema,
  SwitchyardError,
  toWire,
  type Feedback,
} from '@switchyard/contracts';
import { filled, positive, moment } from '../arguments.js';
import { action } from '../cli-context.js';
import { agoOf } from '../output/format.js';
import { harmless } from '../output/style.js';
import { table } from '../output/table.js';

interface GiveFlags {
  name?: string;
  comment?: string;
  id?: string;
  at?: Date;
}

interface ListFlags {
  run?: string;
  agent?: string;
  revisions?: boolean;
  limit?: number;
}

const WORDS: Readonly<Record<string, boolean | null>> = { yes: true, true: true, no: false, false: false, none: null };

/** `feedback` */
export function addFeedback(program: Command): void {
  const feedback = program.command('feedback').description('What people say of runs: given, revised, taken back');
  feedback
    .command('give')
    .description('Say what a run was worth; said again under the same name, it revises what you said before')
    .argument('<run>')
    .argument('<value>', 'yes, no, a number from 0 to 1, or none to take back', filled)
    .option('-n, --name <name>', 'what was asked (default: rating)', filled)
    .option('-c, --comment <text>', 'why', filled)
    .option('--at <time>', 'when it was said, where that is not now', moment)
    .option('--id <id>', 'the same id is the same word, however often it is sent', filled)
    .addHelpText(
      'after',
      `
Examples:
  switchyard feedback give run_… yes
  switchyard feedback give run_… 0.25 --name tone --comment "too formal"
  switchyard feedback give run_… none`,
    )
    .action(
      action(async (context, runId: string, value: string, flags: GiveFlags) => {
        const given = await (await context.client()).feedback.give(runId, valueOf(value), flags);
        context.print(toWire(FeedbackSchema, given, { complete: true }), () => givenText(given));
      }),
    );
  feedback
    .command('list')
    .description('What people said, the newest first')
    .option('-r, --run <run>', 'of this run only', filled)
    .option('-a, --agent <name>', 'of runs of this agent only', filled)
    .option('--revisions', 'all that was ever said, and not only what counts')
    .option('-l, --limit <n>', 'how many at most (default: 100)', positive)
    .addHelpText(
      'after',
      '\nExamples:\n  switchyard feedback list --agent assistant\n  switchyard feedback list --run run_… --revisions',
    )
    .action(
      action(async (context, { run, ...flags }: ListFlags) => {
        const found = await (await context.client()).feedback.list({ ...flags, ...(run ? { runId: run } : {}) });
        context.print(
          toWire(FeedbackListSchema, create(FeedbackListSchema, { feedback: found }), { complete: true })['feedback'],
          () => listText(found),
        );
      }),
    );
}

function valueOf(said: string): boolean | number | null {
  const word = WORDS[said.toLowerCase()];
  if (word !== undefined) return word;
  const number = Number(said);
  if (Number.isFinite(number)) return number;
  throw new SwitchyardError(
    'usage.invalid',
    `"${said}" is no value of feedback. Give yes, no, a number from 0 (useless) to 1 (perfect), or none to take back.`,
  );
}

function givenText({ runId, name, value, by, withdrawn }: Feedback): string {
  return withdrawn ? `${runId}: ${name} of ${by} taken back` : `${runId}: ${name} ${value} by ${by}`;
}

function listText(found: readonly Feedback[]): string {
  if (found.length === 0) return 'Nobody has said anything.';
  return table(
    ['RUN', 'NAME', 'VALUE', 'BY', 'AGE', 'COMMENT'],
    found.map(({ runId, name, value, by, at, comment, withdrawn, revised }) => [
      runId,
      name,
      `${withdrawn ? 'taken back' : value}${revised ? ' (revised)' : ''}`,
      harmless(by),
      agoOf(at),
      harmless(comment),
    ]),
  );
}
