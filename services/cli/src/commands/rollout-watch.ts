import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { CanarySchema, toWire, type Canary } from '@switchyard/contracts';
import type { SwitchyardClient } from '@switchyard/client';
import { action, type CliContext } from '../cli-context.js';
import { canaryText } from '../evaluation/canary-text.js';
import { EXIT } from '../exit-codes.js';
import { harmless } from '../output/style.js';
import { ProgressLine } from '../output/progress.js';
import { count } from '../output/format.js';

const POLL_MS = 1_000;

/** `rollout watch`, in the group of the commands that start and end rollouts. */
export function addRolloutWatch(program: Command): void {
  const group =
    program.commands.find((command) => command.name() === 'rollout') ??
    program.command('rollout').description('Versions of agents that a part of the new runs try');
  group
    .command('watch')
    .description('How a rollout goes: each guardrail, by the runs of both arms')
    .argument('<rollout>')
    .option('--follow', 'until it has ended')
    .addHelpText(
      'after',
      `
Intervals hold at all moments together: look as often as you like.
Exit status: 0 promoted, 1 rolled back, 7 not decided (it goes on, or was stopped); others as everywhere.

Examples:
  switchyard rollout watch rollout_01m83t3bs75sprv1ztsnxmss8e
  switchyard rollout watch rollout_01m83t3bs75sprv1ztsnxmss8e --follow`,
    )
    .action(action(watch));
}

async function watch(context: CliContext, id: string, { follow = false }: { follow?: boolean }): Promise<void> {
  const client = await context.client();
  const canary = follow ? await untilItEnds(client, id) : await client.evaluations.canary(id);
  context.print(toWire(CanarySchema, canary, { complete: true }), () => canaryText(canary));
  process.exitCode = exitStatus(canary);
}

/** Its progress on standard error meanwhile. */
async function untilItEnds(client: SwitchyardClient, id: string): Promise<Canary> {
  const progress = new ProgressLine();
  try {
    for (;;) {
      const canary = await client.evaluations.canary(id);
      if (canary.state === 'ended') return canary;
      progress.update(progressOf(canary));
      await delay(POLL_MS);
    }
  } finally {
    progress.clear();
  }
}

function progressOf({ state, candidateExposures, baselineExposures, guardrails }: Canary): string {
  const verdicts = guardrails.map(
    ({ guardrail, verdict }) => `${harmless(guardrail?.name ?? '')} ${verdict.replace('_', ' ')}`,
  );
  return `${state}: ${count(candidateExposures, 'exposure')} against ${baselineExposures}; ${verdicts.join(', ')}`;
}

function exitStatus({ rollout }: Canary): number {
  if (rollout?.status === 'rolled_back') return EXIT.failed;
  return rollout?.status === 'promoted' ? EXIT.ok : EXIT.undecided;
}
