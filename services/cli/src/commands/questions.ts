import type { Command } from 'commander';
import {
  create,
  QuestionListSchema,
  SwitchyardError,
  timestampDate,
  toWire,
  type JsonObject,
  type Question,
  type QuestionRound,
} from '@switchyard/contracts';
import { jsonObject, positive } from '../arguments.js';
import { action } from '../cli-context.js';
import { ago, oneLine } from '../output/format.js';
import { bold, dim, harmless } from '../output/style.js';
import { table } from '../output/table.js';

interface ListFlags {
  run?: string;
  limit: number;
}

interface AnswerFlags {
  decline?: boolean;
  cancel?: boolean;
}

export function addQuestions(program: Command): void {
  const questions = program.command('questions').description('What tools ask people in the course of their calls');
  questions
    .command('list')
    .description('What nobody has answered; the calls wait')
    .option('-r, --run <run>', 'only of this run')
    .option('-n, --limit <n>', 'how many', positive, 20)
    .addHelpText('after', '\nExample:\n  switchyard questions list')
    .action(
      action(async (context, { run, limit }: ListFlags) => {
        const rounds = await (await context.client()).questions.list({ runId: run, limit });
        context.print(
          toWire(QuestionListSchema, create(QuestionListSchema, { rounds }), { complete: true })['rounds'],
          () => (rounds.length === 0 ? 'No tool asks anything.' : questionTable(rounds)),
        );
      }),
    );
  questions
    .command('show')
    .description('What a call asks, with the form of the answer')
    .argument('<call>')
    .addHelpText('after', '\nExample:\n  switchyard questions show call_01m83t3bs75sprv1ztsnxmss8e')
    .action(
      action(async (context, callId: string) => {
        const rounds = await (await context.client()).questions.list({ callId });
        const [round] = rounds;
        if (!round) throw notAsked(callId);
        const [wire] = toWire(QuestionListSchema, create(QuestionListSchema, { rounds: [round] }), { complete: true })[
          'rounds'
        ] as JsonObject[];
        context.print(wire, () => round.questions.map(questionText).join('\n\n'));
      }),
    );
  questions
    .command('answer')
    .description('Answer all that a call asks, and let it go on')
    .argument('<call>')
    .argument(
      '[content]',
      'what is asked for, as a JSON object; of several questions, one object for each by its id',
      jsonObject,
      {},
    )
    .option('--decline', 'say no')
    .option('--cancel', 'say neither yes nor no')
    .addHelpText(
      'after',
      `\nExamples:\n  switchyard questions answer call_01m83t3bs75sprv1ztsnxmss8e '{"size": "large"}'\n  switchyard questions answer call_01m83t3bs75sprv1ztsnxmss8e --decline`,
    )
    .action(
      action(async (context, callId: string, content: JsonObject, { decline, cancel }: AnswerFlags) => {
        const { questions: resource } = await context.client();
        const said = decline ? 'decline' : cancel ? 'cancel' : 'accept';
        const [round] = await resource.list({ callId });
        const asked = round?.questions ?? [];
        // Not looked for any longer: the same again is known there, whether it waits or not.
        const answers =
          asked.length > 1
            ? asked.map(({ id }) => ({ id, action: said, content: objectOf(content[id]) }) as const)
            : [{ action: said, content } as const];
        await resource.answer(callId, ...answers);
        context.print({ call_id: callId, answered: said }, () => `${callId} is answered`);
      }),
    );
}

function questionTable(rounds: readonly QuestionRound[]): string {
  return table(
    ['CALL', 'TOOL', 'RUN', 'ASKED', 'QUESTION'],
    rounds.map(({ callId, tool, runId, askedAt, questions }) => [
      callId,
      tool,
      runId || dim('by hand'),
      askedAt ? ago(timestampDate(askedAt).toISOString()) : '',
      harmless(oneLine(questions.map(({ message }) => message).join(' / '), 70)),
    ]),
  );
}

function questionText({ id, message, schema, url }: Question): string {
  const form = schema ? `\n${JSON.stringify(schema, null, 2)}` : `\n${url}`;
  return `${bold(harmless(id))}: ${harmless(message)}${harmless(form)}`;
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function notAsked(callId: string): SwitchyardError {
  return new SwitchyardError(
    'question.not_found',
    `The call ${callId} asks nothing. \`switchyard questions list\` shows what is asked.`,
  );
}
