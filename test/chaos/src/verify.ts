import { setMaxListeners } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { giveAllowance, seeAllowance } from './allowance.js';
import { PRESENT, type Build } from './build.js';
import { check } from './check.js';
import { converse, mind } from './minder.js';
import { Nemesis, type Fault } from './nemesis.js';
import type { Outcome } from './outcome.js';
import type { ProgramCall } from './program.js';
import { Progress } from './progress.js';
import { Random } from './random.js';
import { reportOf, type VerifyReport } from './report.js';
import { makeScenarios, POLICIES, type Scenario, type Shape } from './scenario.js';
import { Schedule } from './schedule.js';
import { Upgrade } from './upgrade.js';
import type { Evidence, Violation } from './violation.js';
import { startWorld, type World } from './world.js';

export interface VerifyOptions {
  seed: number;
  programs: number;
  /** Programs go on until there were so many failures. */
  failures: number;
  /** Programs at once. */
  inFlight: number;
  /** The first ones begin one after the other over so long, in milliseconds. */
  rampMs: number;
  shape: Shape;
  /** Which faults may happen; all where absent, none where empty. */
  faults?: readonly Fault[] | undefined;
  /** How long a run may take after the last failure, in milliseconds. */
  patienceMs: number;
  say: (line: string) => void;
  /** Where the logs of the processes stay; removed at the end where absent. */
  keep?: string | undefined;
  /** Runs the first programs; its processes are replaced by the present ones on the way. */
  from?: Build | undefined;
  /** Begins nothing more: what is under way is waited for, and judged. */
  enough: AbortSignal;
  /** Waits for nothing more: what is under way is not judged. */
  abandon: AbortSignal;
  /** Is given a report now and then, should there never be a last one, and the last one. */
  meanwhile: (report: VerifyReport) => Promise<void>;
}

const MEANWHILE_MS = 60_000;

/** Runs random programs under random failures, and holds what happened against what was promised. */
export async function verify(options: VerifyOptions): Promise<VerifyReport> {
  const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'switchyard-chaos-')));
  const random = new Random(options.seed);
  const logLevel = options.keep === undefined ? 'warn' : 'info';
  const policies = options.shape.threads > 0 ? POLICIES : (['queue'] as const);
  const kinds = kindsOf(options.shape);
  const { keys } = options.shape;
  const world = await startWorld({ folder, random, kinds, policies, keys, logLevel, build: options.from });
  try {
    return await new Verification(options, world, random).run();
  } finally {
    await world.stop();
    if (!options.keep) await rm(folder, { recursive: true, force: true });
  }
}

class Verification {
  readonly #outcomes: Outcome[] = [];
  readonly #nemesis: Nemesis;
  readonly #programs: Random;
  readonly #over = new AbortController();
  readonly #progress: Progress;
  readonly #upgrade: Upgrade | undefined;
  #last: Pick<Evidence, 'schedule' | 'allowance'> = {};
  #begun = 0;
  /** What was found as programs ended. */
  readonly #found: Violation[] = [];

  constructor(
    private readonly options: VerifyOptions,
    private readonly world: World,
    random: Random,
  ) {
    const { say, faults, programs, enough, abandon } = options;
    this.#nemesis = new Nemesis(random.fork(), world.fleet, world.servers, (fault) => say(`  ${fault}`), faults);
    this.#programs = random.fork();
    if (options.from) this.#upgrade = new Upgrade(world.fleet, PRESENT, world.servers.directDatabaseUrl, say);
    // Every program that is under way listens.
    setMaxListeners(0, this.#over.signal, enough);
    abandon.addEventListener('abort', () => this.#over.abort());
    const figures = () => ({
      ...{ begun: this.#begun, ended: this.#outcomes.length },
      ...{ failures: this.#nemesis.times, violations: this.#found.length },
    });
    this.#progress = new Progress(programs, figures, say);
  }

  async run(): Promise<VerifyReport> {
    const { meanwhile, enough } = this.options;
    const reports = setInterval(() => void meanwhile(this.#report(this.#found, 'it goes on')), MEANWHILE_MS);
    try {
      const { api } = this.world;
      const { shape, patienceMs } = this.options;
      const schedule = shape.scheduled ? await Schedule.start(api) : undefined;
      if (shape.frugal > 0) await giveAllowance(api);
      await this.#runAll();
      // Where nothing is waited for, neither has made up for all that is due.
      if (!this.options.abandon.aborted) {
        const over = AbortSignal.any([this.#over.signal, AbortSignal.timeout(patienceMs)]);
        if (schedule) this.#last.schedule = await schedule.finish(over);
        if (shape.frugal > 0) this.#last.allowance = await seeAllowance(api);
      }
      const found = check(this.world.evidence(this.#outcomes, this.#last));
      const report = this.#report(found, enough.aborted ? 'it was stopped' : undefined);
      // Before all is stopped, which takes a while.
      await meanwhile(report);
      return report;
    } finally {
      clearInterval(reports);
      this.#progress.stop();
    }
  }

  /** So many programs at once; failures stop when the last one is under way, and then patience runs. */
  async #runAll(): Promise<void> {
    const { inFlight, rampMs, faults, patienceMs, say } = this.options;
    const harm = faults?.length === 0 ? Promise.resolve() : this.#nemesis.run();
    let patience: NodeJS.Timeout | undefined;
    let calming = false;
    const worker = async (place: number): Promise<void> => {
      await delay((place * rampMs) / inFlight, undefined, { signal: this.options.enough }).catch(() => undefined);
      for (let scenarios = this.#next(); scenarios; scenarios = this.#next()) await this.#mind(scenarios);
      if (calming) return;
      calming = true;
      await this.#upgrade?.finish();
      this.#nemesis.stop();
      await harm;
      say('No more failures; waiting for what is under way');
      patience = setTimeout(() => this.#over.abort(), patienceMs);
    };
    await Promise.all(Array.from({ length: inFlight }, (_, place) => worker(place)));
    clearTimeout(patience);
  }

  /** One after the other, so that a seed makes the same programs however many are at once. */
  #next(): Scenario[] | undefined {
    const { seed, programs, failures, shape, enough } = this.options;
    if (enough.aborted || (this.#begun >= programs && this.#nemesis.times >= failures)) return undefined;
    const scenarios = makeScenarios(this.#programs, `${seed}-${this.#begun}`, shape);
    this.#begun += scenarios.length;
    return scenarios;
  }

  async #mind(scenarios: readonly Scenario[]): Promise<void> {
    const reach = { ...this.world, over: this.#over.signal };
    const [first] = scenarios;
    const minded = first && !first.message ? mind(first, reach).then((one) => [one]) : converse(scenarios, reach);
    const outcomes = await minded.catch((error: unknown) => scenarios.map((scenario) => gaveUp(scenario, error)));
    if (this.options.abandon.aborted && outcomes.some(({ ended }) => !ended)) return;
    this.#outcomes.push(...outcomes);
    await this.#upgrade?.advance(this.#outcomes.length / this.options.programs);
    // All are checked again at the end; what is found early is said early.
    const found = check(this.world.evidence(outcomes));
    this.#found.push(...found);
    for (const { kind, program, text } of found) this.options.say(`${kind}: ${program}: ${text}`);
  }

  #report(violations: Violation[], interrupted: string | undefined): VerifyReport {
    const { people, witness } = this.world;
    let effects = 0;
    for (const seen of witness.effects.values()) effects += seen.length;
    return reportOf(this.#outcomes, {
      ...(this.options.from ? { from: this.options.from.name } : {}),
      ...{
        seed: this.options.seed,
        scheduled: this.#last.schedule?.occurrences.length ?? 0,
        effects,
        decided: people.decided,
        faults: this.#nemesis.done,
      },
      ...{ minutes: this.#progress.minutes, memoryMb: this.#progress.memoryMb },
      violations,
      ...(interrupted === undefined ? {} : { interrupted }),
    });
  }
}

function gaveUp(scenario: Scenario, error: unknown): Outcome {
  return { scenario, runs: [], ended: false, streamFaults: [], trouble: String(error) };
}

function kindsOf({ calls }: Shape): Set<ProgramCall['do']> {
  return new Set(Object.entries(calls).flatMap(([kind, weight]) => (weight > 0 ? [kind as ProgramCall['do']] : [])));
}
