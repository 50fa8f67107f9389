import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SwitchyardClient } from '@switchyard/client';
import type { Api } from './api.js';
import { check, type Violation } from './check.js';
import { mind, type Outcome } from './minder.js';
import { Nemesis, type Fault } from './nemesis.js';
import { makeScenario, type ProgramCall, type Scenario, type Shape } from './program.js';
import { Random } from './random.js';
import { startWorld } from './world.js';

export interface VerifyOptions {
  seed: number;
  programs: number;
  /** Programs at once. */
  inFlight: number;
  shape: Shape;
  /** Which faults may happen; all where absent, none where empty. */
  faults?: readonly Fault[] | undefined;
  /** How long a run may take after the last failure, in milliseconds. */
  patienceMs: number;
  say: (line: string) => void;
  /** Where the logs of the processes stay; removed at the end where absent. */
  keep?: string | undefined;
}

export interface VerifyReport {
  seed: number;
  programs: number;
  /** With those that programs called. */
  runs: number;
  ended: Record<string, number>;
  faults: Partial<Record<Fault, number>>;
  effects: number;
  /** Effects in doubt that people decided. */
  decided: number;
  minutes: number;
  lost: number;
  duplicated: number;
  stuck: number;
  wrong: number;
  violations: Violation[];
}

/** Runs random programs under random failures, and holds what happened against what was promised. */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const { seed, say } = options;
  const random = new Random(seed);
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'switchyard-chaos-')));
  const began = Date.now();
  const world = await startWorld({ folder, random, kinds: kindsOf(options.shape) });
  try {
    const { api, client, fleet, servers, people, witness } = world;
    const nemesis = new Nemesis(random.fork(), fleet, servers, (fault) => say(`  ${fault}`), options.faults);
    const harm = options.faults?.length === 0 ? Promise.resolve() : nemesis.run();
    const outcomes = await runAll(options, random.fork(), api, client, async () => {
      nemesis.stop();
      await harm;
    });
    const violations = check(world.evidence(outcomes));
    const { done: faults } = nemesis;
    const minutes = (Date.now() - began) / 60_000;
    const { decided } = people;
    return report(options, outcomes, { faults, effects: witness.effects.length, decided, minutes, violations });
  } finally {
    await world.stop();
    if (!options.keep) await rm(folder, { recursive: true, force: true });
  }
}

/** All programs, so many at once; failures stop when the last one is under way, and then patience runs. */
async function runAll(
  { seed, programs, inFlight, shape, patienceMs, say }: VerifyOptions,
  random: Random,
  api: Api,
  client: SwitchyardClient,
  calm: () => Promise<void>,
): Promise<Outcome[]> {
  const scenarios: Scenario[] = Array.from({ length: programs }, (_, index) =>
    makeScenario(random, `${seed}-${index}`, shape),
  );
  const outcomes: Outcome[] = [];
  const over = new AbortController();
  let patience: NodeJS.Timeout | undefined;
  let calming = false;
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let scenario = scenarios[next++]; scenario; scenario = scenarios[next++]) {
      outcomes.push(await mind(scenario, api, client, over.signal));
      if (outcomes.length % 100 === 0) say(`${outcomes.length} of ${programs} programs have ended`);
    }
    if (calming) return;
    calming = true;
    await calm();
    say('No more failures; waiting for what is under way');
    patience = setTimeout(() => over.abort(), patienceMs);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  clearTimeout(patience);
  return outcomes;
}

function report(
  { seed, programs }: VerifyOptions,
  outcomes: readonly Outcome[],
  more: Pick<VerifyReport, 'faults' | 'effects' | 'decided' | 'minutes' | 'violations'>,
): VerifyReport {
  const runs = outcomes.flatMap((outcome) => outcome.runs);
  const ended: Record<string, number> = {};
  for (const { run } of runs) ended[String(run['status'])] = (ended[String(run['status'])] ?? 0) + 1;
  const count = (kind: Violation['kind']): number => more.violations.filter((found) => found.kind === kind).length;
  const counts = { lost: count('lost'), duplicated: count('duplicated'), stuck: count('stuck'), wrong: count('wrong') };
  return { seed, programs, runs: runs.length, ended, ...more, ...counts };
}

function kindsOf({ calls }: Shape): Set<ProgramCall['do']> {
  return new Set(Object.entries(calls).flatMap(([kind, weight]) => (weight > 0 ? [kind as ProgramCall['do']] : [])));
}
