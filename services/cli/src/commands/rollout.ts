import { Option, type Command } from 'commander';
import {
  create,
  RolloutListSchema,
  RolloutSchema,
  SwitchyardError,
  toWire,
  type AgentVersion,
  type Rollout,
} from '@switchyard/contracts';
import type { RolloutEnding, RolloutOptions, SwitchyardClient } from '@switchyard/client';
import { collect, filled, part, positive } from '../arguments.js';
import { action, type CliContext } from '../cli-context.js';
import { readDefinition } from '../read-definition.js';
import { guardrailOf } from '../rollouts/guardrail-option.js';
import { rolloutList, rolloutText } from '../rollouts/rollout-text.js';

interface StartFlags {
  candidate?: string;
  file?: string;
  share?: number;
  sticky?: 'thread' | 'user' | 'run';
  guardrail?: string[];
  promoteAfter?: number;
  key?: string;
}

/** `rollout` */
export function addRollout(program: Command): void {
  const rollout = program
    .command('rollout')
    .description('Try a version of an agent on a part of its new runs, and promote it or roll it back');
  rollout
    .command('start')
    .description('Give a part of the new runs of an agent to another of its versions')
    .argument('<agent>')
    .option('-c, --candidate <version>', 'the version that is tried: a number or a content address', filled)
    .option('-f, --file <file>', 'or its definition, which becomes a version that is not the current one', filled)
    .option('-s, --share <share>', 'of new runs: 0.1 (default) is a tenth', part)
    .addOption(
      new Option('--sticky <by>', 'who always gets the same version: a thread (default), a user, or nobody').choices([
        'thread',
        'user',
        'run',
      ]),
    )
    .option(
      '-g, --guardrail <measure:margin>',
      'by so much it may be worse in success, cost, latency, feedback, overrides or score/<name>; may be repeated',
      collect,
    )
    .option(
      '--promote-after <runs>',
      'runs of it after which it is promoted by itself; people promote it else',
      positive,
    )
    .option('-k, --key <key>', 'idempotency key: the same key is the same rollout', filled)
    .addHelpText(
      'after',
      `
Examples:
  switchyard rollout start accountant --candidate 4
  switchyard rollout start accountant -f accountant.yaml --share 0.05 --sticky user
  switchyard rollout start accountant -c 4 --guardrail success:0.02 --guardrail cost:0.1 --promote-after 500`,
    )
    .action(
      action(async (context, agent: string, flags: StartFlags) => {
        const client = await context.client();
        const options = await optionsOf(client, agent, flags);
        await show(context, client, await client.rollouts.start(agent, options));
      }),
    );
  rollout
    .command('list')
    .description('Rollouts, the newest first')
    .option('-a, --agent <name>', 'of this agent only', filled)
    .addOption(new Option('--status <status>', 'those only').choices(['running', 'promoted', 'rolled_back', 'stopped']))
    .action(
      action(async (context, flags: { agent?: string; status?: string }) => {
        const rollouts = await (await context.client()).rollouts.list(flags);
        const wire = toWire(RolloutListSchema, create(RolloutListSchema, { rollouts }), { complete: true });
        context.print(wire['rollouts'], () => rolloutList(rollouts));
      }),
    );
  rollout
    .command('show')
    .description('One rollout: its versions, its guardrails, and how it ended')
    .argument('<rollout>')
    .action(
      action(async (context, id: string) => {
        const client = await context.client();
        await show(context, client, await client.rollouts.get(id));
      }),
    );
  rollout
    .command('share')
    .description('Give it another share of new runs; who is on the candidate stays there when it grows')
    .argument('<rollout>')
    .argument('<share>', '0.25 is a quarter', part)
    .action(
      action(async (context, id: string, share: number) => {
        const client = await context.client();
        await show(context, client, await client.rollouts.change(id, share));
      }),
    );
  addEnding(rollout, 'promote', 'promoted', 'Make the candidate the current version');
  addEnding(
    rollout,
    'roll-back',
    'rolled_back',
    'Give all new runs to the current version again: the candidate is bad',
  );
  addEnding(rollout, 'stop', 'stopped', 'End it without a verdict; the current version stays');
}

function addEnding(rollout: Command, name: string, status: RolloutEnding, description: string): void {
  rollout
    .command(name)
    .description(description)
    .argument('<rollout>')
    .option('-r, --reason <text>', 'why', filled)
    .action(
      action(async (context, id: string, flags: { reason?: string }) => {
        const client = await context.client();
        const ended = await client.rollouts.end(id, status, flags.reason);
        await show(context, client, ended);
        if (ended.status === status) return;
        throw new SwitchyardError(
          'rollout.conflict',
          `The rollout ${id} is not ${status.replace('_', ' ')}: it had ended as ${ended.status.replace('_', ' ')} before, or a person decided otherwise.`,
          { details: { rollout: id, status: ended.status } },
        );
      }),
    );
}

/** @throws SwitchyardError `usage.invalid` */
async function optionsOf(client: SwitchyardClient, agent: string, flags: StartFlags): Promise<RolloutOptions> {
  const { candidate, file, share, sticky, guardrail, promoteAfter, key } = flags;
  if ((candidate === undefined) === (file === undefined))
    throw new SwitchyardError('usage.invalid', 'Give the version that is tried: either --candidate or --file.');
  const guardrails = guardrail?.map(guardrailOf);
  return {
    candidate: candidate ?? (await staged(client, agent, file ?? '')),
    ...(share === undefined ? {} : { share }),
    ...(sticky === undefined ? {} : { sticky }),
    ...(guardrails === undefined ? {} : { guardrails }),
    ...(promoteAfter === undefined ? {} : { promoteAfter }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
}

/** The content address of a definition that is kept beside the current one. */
async function staged(client: SwitchyardClient, agent: string, file: string): Promise<string> {
  const definition = await readDefinition(file);
  if (definition['name'] !== agent)
    throw new SwitchyardError('usage.invalid', `The definition in ${file} is not one of "${agent}".`);
  return (await client.agents.stage(definition)).version?.version ?? '';
}

async function show(context: CliContext, client: SwitchyardClient, rollout: Rollout): Promise<void> {
  const versions = context.json ? [] : await versionsOf(client, rollout);
  context.print(toWire(RolloutSchema, rollout, { complete: true }), () => rolloutText(rollout, versions));
}

function versionsOf(client: SwitchyardClient, { agent, baseline, candidate }: Rollout): Promise<AgentVersion[]> {
  return Promise.all([baseline, candidate].map((version) => client.agents.get(agent, version)));
}
