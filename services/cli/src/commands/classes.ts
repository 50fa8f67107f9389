import type { Command } from 'commander';
import {
  ClassRulesListSchema,
  ClassRulesSchema,
  create,
  SwitchyardError,
  TaskClassSchema,
  toWire,
} from '@switchyard/contracts';
import { collect, filled, pairs } from '../arguments.js';
import { action } from '../cli-context.js';
import { appliedText, classText, rulesText } from '../evaluation/classes-text.js';
import { readDefinitions } from '../read-definition.js';
import { addReapply } from './classes-reapply.js';
import { addSuggest } from './classes-suggest.js';

interface TaskFlags {
  text?: string;
  agent?: string;
  user?: string;
  metadata?: string[];
}

/** `classes` */
export function addClasses(program: Command): void {
  const classes = program
    .command('classes')
    .description('Classes of tasks: rules that give them, by condition or by words');
  classes
    .command('apply')
    .description('Class the tasks of an agent, or of all agents, by these rules from now on')
    .requiredOption('-f, --file <file>', 'the rules, YAML or JSON; "-" reads standard input')
    .addHelpText('after', '\nExamples:\n  switchyard classes apply -f classes.yaml')
    .action(
      action(async (context, { file }: { file: string }) => {
        const client = await context.client();
        await context.printEach(await readDefinitions(file), async (definition) => {
          const applied = await client.classes.apply(definition);
          return { value: toWire(ClassRulesSchema, applied, { complete: true }), text: () => appliedText(applied) };
        });
      }),
    );
  classes
    .command('list')
    .description('The rules that hold, or all that ever held of one agent ("*": of every agent)')
    .argument('[agent]')
    .addHelpText('after', '\nExamples:\n  switchyard classes list\n  switchyard classes list assistant')
    .action(
      action(async (context, agent: string | undefined) => {
        const rules = await (await context.client()).classes.list({ agent });
        const wire = toWire(ClassRulesListSchema, create(ClassRulesListSchema, { rules }), { complete: true });
        context.print(wire['rules'], () => rulesText(rules));
      }),
    );
  classes
    .command('test')
    .description('Of which class a task is, and by which rule: that of a run, or one that is not there yet')
    .argument('[run]')
    .option('-t, --text <text>', 'what is asked', filled)
    .option('-a, --agent <name>', 'of whom', filled)
    .option('-u, --user <name>', 'on whose behalf', filled)
    .option('-m, --metadata <name=value>', 'of the task; may be given several times', collect)
    .addHelpText(
      'after',
      `
Examples:
  switchyard classes test run_01J0
  switchyard classes test --agent assistant --text "I want a refund" --metadata channel=mail`,
    )
    .action(
      action(async (context, runId: string | undefined, { text, metadata, ...flags }: TaskFlags) => {
        if ((runId === undefined) === (text === undefined)) throw eitherOr();
        const { classes: client } = await context.client();
        const asked = runId === undefined ? { ...flags, input: text ?? '', metadata: pairs(metadata) } : { runId };
        const found = await client.of(asked);
        context.print(toWire(TaskClassSchema, found, { complete: true }), () => classText(found));
      }),
    );
  addReapply(classes);
  addSuggest(classes);
}

function eitherOr(): SwitchyardError {
  return new SwitchyardError('usage.invalid', 'Give a run, or --text with what is asked, and not both.');
}
