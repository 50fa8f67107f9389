import { writeFile } from 'node:fs/promises';
import type { Outcome } from './outcome.js';
import type { Fault } from './nemesis.js';
import type { Violation } from './violation.js';

export interface VerifyReport {
  seed: number;
  /** The build that was replaced on the way; absent where there was one build. */
  from?: string;
  /** Those that were held against the promises. */
  programs: number;
  /** Why there are fewer than were asked for; absent where all came to their end. */
  interrupted?: string;
  /** With those that programs called, and forks. */
  runs: number;
  ended: Record<string, number>;
  faults: Partial<Record<Fault, number>>;
  effects: number;
  /** Effects in doubt that people decided. */
  decided: number;
  /** Tasks that a schedule published. */
  scheduled: number;
  /** Messages of threads, forks, and programs that were limited in tokens. */
  messages: number;
  forks: number;
  limited: number;
  minutes: number;
  programsPerSecond: number;
  /** The most that the verifier itself took. */
  memoryMb: number;
  lost: number;
  duplicated: number;
  stuck: number;
  wrong: number;
  violations: Violation[];
}

type Known = Pick<
  VerifyReport,
  | 'seed'
  | 'from'
  | 'faults'
  | 'effects'
  | 'decided'
  | 'scheduled'
  | 'minutes'
  | 'memoryMb'
  | 'violations'
  | 'interrupted'
>;

export function reportOf(outcomes: readonly Outcome[], known: Known): VerifyReport {
  const runs = outcomes.flatMap((outcome) => [...outcome.runs, ...(outcome.fork?.runs.slice(0, 1) ?? [])]);
  const ended: Record<string, number> = {};
  for (const { run } of runs) ended[run.status] = (ended[run.status] ?? 0) + 1;
  const count = (kind: Violation['kind']): number => known.violations.filter((found) => found.kind === kind).length;
  return {
    ...known,
    minutes: rounded(known.minutes),
    programs: outcomes.length,
    runs: runs.length,
    ended,
    messages: outcomes.filter(({ scenario }) => scenario.message !== undefined).length,
    forks: outcomes.filter(({ fork }) => fork !== undefined).length,
    limited: outcomes.filter(({ scenario }) => scenario.tokens !== undefined || scenario.frugal).length,
    programsPerSecond: rounded(outcomes.length / (known.minutes * 60)),
    lost: count('lost'),
    duplicated: count('duplicated'),
    stuck: count('stuck'),
    wrong: count('wrong'),
  };
}

/** A row of the table in docs/reliability.md. */
export function rowOf(report: VerifyReport): string {
  const { seed, from, programs, runs, faults, effects, decided, minutes, lost, duplicated, stuck, wrong } = report;
  const failures = Object.values(faults).reduce((sum, times) => sum + times, 0);
  const kinds = Object.keys(faults).length;
  const of = failures === 0 ? 'none' : `${failures}, of ${kinds} kinds`;
  const begun = from === undefined ? seed : `${seed}, from ${from}`;
  const cells = [begun, programs, runs, of, effects, decided, minutes.toFixed(1), lost, duplicated, stuck, wrong];
  return `| ${cells.join(' | ')} |`;
}

/** As JSON; what was there before is replaced. */
export async function writeReport(file: string, report: VerifyReport): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

function rounded(figure: number): number {
  return Math.round(figure * 100) / 100;
}
