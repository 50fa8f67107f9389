import { Option, type Command } from 'commander';
import {
  create,
  fromValue,
  ScheduleListSchema,
  ScheduleSchema,
  SwitchyardError,
  timestampDate,
  toWire,
  type JsonObject,
  type JsonValue,
  type Schedule,
} from '@switchyard/contracts';
import { filled } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { asText, count, oneLine } from '../output/format.js';
import { bold, dim, harmless, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import { readDefinitions } from '../read-definition.js';

interface AddFlags {
  cron: string;
  agent: string;
  input: string;
  inputJson?: boolean;
  timeZone?: string;
  thread?: string;
  user?: string;
  missed?: string;
  overlap?: string;
  endsAt?: string;
}

export function addSchedules(program: Command): void {
  const schedules = program
    .command('schedules')
    .description('Tasks that are published at the times of a cron expression');
  schedules
    .command('apply')
    .description('Create or change schedules from a YAML or JSON file')
    .requiredOption('-f, --file <file>', 'the schedules; "-" reads standard input')
    .addHelpText('after', '\nExample:\n  switchyard schedules apply -f schedules.yaml')
    .action(
      action(async (context, flags: { file: string }) => {
        const client = await context.client();
        await context.printEach(await readDefinitions(flags.file), async (definition) =>
          printed(await client.schedules.apply(definition)),
        );
      }),
    );
  schedules
    .command('add')
    .description('Create or change one schedule')
    .argument('<name>', 'letters, digits, "-" and "_"')
    .requiredOption(
      '--cron <expression>',
      'minute hour day month weekday, with seconds first where there are six',
      filled,
    )
    .requiredOption('-i, --input <text>', 'what the agent is asked each time', filled)
    .option('-a, --agent <name>', 'who is asked', filled, 'assistant')
    .option('--input-json', 'the input is JSON, not text')
    .option('--time-zone <name>', 'of the expression: Europe/Berlin; UTC where absent', filled)
    .option('-t, --thread <name>', 'the conversation that all its runs belong to', filled)
    .option('-u, --user <name>', 'on whose behalf', filled)
    .addOption(
      new Option('--missed <policy>', 'of times that passed while nothing ran: none, the last (default), all').choices([
        'skip',
        'last',
        'all',
      ]),
    )
    .addOption(
      new Option(
        '--overlap <policy>',
        'while the run before goes on: start another (default), or skip the time',
      ).choices(['allow', 'skip']),
    )
    .option('--ends-at <time>', 'nothing is published after it: 2027-12-31T00:00:00Z', filled)
    .addHelpText(
      'after',
      `
Examples:
  switchyard schedules add standup --cron "0 9 * * 1-5" --time-zone Europe/Berlin --input "What is on today?"
  switchyard schedules add report --cron @monthly --agent accountant --input "Last month, please." --missed all`,
    )
    .action(
      action(async (context, name: string, flags: AddFlags) =>
        show(context, await (await context.client()).schedules.apply(fromFlags(name, flags))),
      ),
    );
  schedules
    .command('list')
    .description('All schedules with their next times')
    .action(
      action(async (context) => {
        const found = await (await context.client()).schedules.list();
        const wire = toWire(ScheduleListSchema, create(ScheduleListSchema, { schedules: found }), { complete: true });
        context.print(wire['schedules'], () => listText(found));
      }),
    );
  schedules
    .command('show')
    .description('One schedule with its next times and how its last one went')
    .argument('<schedule>')
    .action(action(async (context, name: string) => show(context, await (await context.client()).schedules.get(name))));
  schedules
    .command('pause')
    .description('Publish nothing until it is resumed')
    .argument('<schedule>')
    .action(
      action(async (context, name: string) => show(context, await (await context.client()).schedules.pause(name))),
    );
  schedules
    .command('resume')
    .description('Let it go on; times that passed meanwhile are not made up for')
    .argument('<schedule>')
    .action(
      action(async (context, name: string) => show(context, await (await context.client()).schedules.resume(name))),
    );
  schedules
    .command('remove')
    .description('Forget a schedule; its runs go on')
    .argument('<schedule>')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).schedules.remove(name);
        context.print({ name }, () => `${name} is removed.`);
      }),
    );
}

/** @throws SwitchyardError `usage.invalid` */
function fromFlags(name: string, flags: AddFlags): JsonObject {
  const { cron, agent, thread, user, timeZone, missed, overlap, endsAt } = flags;
  if (endsAt !== undefined && Number.isNaN(Date.parse(endsAt)))
    throw new SwitchyardError('usage.invalid', `"${endsAt}" is no time; write 2027-12-31T00:00:00Z.`);
  return {
    name,
    cron,
    task: { agent, input: inputOf(flags), ...(thread ? { thread } : {}), ...(user ? { user } : {}) },
    ...(timeZone ? { time_zone: timeZone } : {}),
    ...(missed ? { missed } : {}),
    ...(overlap ? { overlap } : {}),
    ...(endsAt ? { ends_at: new Date(endsAt).toISOString() } : {}),
  };
}

function inputOf({ input, inputJson }: AddFlags): JsonValue {
  if (!inputJson) return input;
  try {
    return JSON.parse(input) as JsonValue;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SwitchyardError('usage.invalid', `The input is not JSON, which --input-json promises: ${reason}.`, {
      cause,
    });
  }
}

function show(context: CliContext, schedule: Schedule): void {
  const { value, text } = printed(schedule);
  context.print(value, text);
}

function printed(schedule: Schedule) {
  return {
    value: toWire(ScheduleSchema, schedule, { complete: true }),
    text: () =>
      [
        `${bold(schedule.name)}  ${schedule.cron}  ${dim(schedule.timeZone)}  ${stateOf(schedule)}`,
        `asks ${schedule.task?.agent ?? ''}: ${harmless(oneLine(asText(fromValue(schedule.task?.input)), 100))}`,
        `missed times: ${schedule.missed}, overlap: ${schedule.overlap}, published ${count(schedule.fired, 'time')}, left out ${schedule.skipped}`,
        ...(schedule.lastRunId ? [`last ${timeOf(schedule, schedule.lastAt)}  ${schedule.lastRunId}`] : []),
        ...(schedule.lastError ? [red(`last time not accepted: ${harmless(schedule.lastError.message)}`)] : []),
        ...schedule.nextTimes.map((time, index) => `${index === 0 ? 'next' : '    '} ${timeOf(schedule, time)}`),
      ].join('\n'),
  };
}

function listText(schedules: readonly Schedule[]): string {
  return table(
    ['SCHEDULE', 'CRON', 'TIME ZONE', 'AGENT', 'NEXT', 'PUBLISHED', 'LAST'],
    schedules.map((schedule) => [
      schedule.name,
      schedule.cron,
      schedule.timeZone,
      schedule.task?.agent ?? '',
      schedule.paused || !schedule.nextAt ? stateOf(schedule) : timeOf(schedule, schedule.nextAt),
      String(schedule.fired),
      schedule.lastError ? red(schedule.lastError.code) : schedule.lastRunId,
    ]),
  );
}

function stateOf({ paused, nextAt }: Schedule): string {
  if (paused) return yellow('paused');
  return nextAt ? '' : dim('ended');
}

/** In the schedule's own time zone, with what that is from UTC: "2027-03-28 09:00:00 GMT+2". */
function timeOf({ timeZone }: Schedule, time: Schedule['nextAt']): string {
  if (!time) return '';
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timeZone || 'UTC',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'shortOffset',
  }).formatToParts(timestampDate(time));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((found) => found.type === type)?.value ?? '';
  const day = `${part('year')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')}:${part('second')} ${part('timeZoneName')}`;
}
