import { bandCoverage } from '@switchyard/evidence';
import { seededNumbers } from '@switchyard/testing';
import { partsOf } from '../bench-options.js';
import { measureCompletions } from './completions/measure-completions.js';
import { measureCanary } from './measure-canary.js';
import { measureGuardrails } from './measure-guardrails.js';
import { measureDecisions } from './measure-decisions.js';
import { measurePeeking } from './measure-peeking.js';
import { measureReplay } from './measure-replay.js';
import { measureRouting, rowsOfMmlu, simulatedRows } from './measure-routing.js';
import { measureVerdicts } from './measure-verdicts.js';
import { measureMmlu } from './mmlu/measure-mmlu.js';
import { readMmlu } from './mmlu/read-mmlu.js';
import { reportEvidence, type EvidenceFigures } from './report.js';

const PARTS = ['verdicts', 'canary', 'survival', 'routing', 'mmlu', 'completions', 'replay'] as const;
/** These start servers. */
const SERVED: readonly string[] = ['completions', 'replay'];
const SEED = 20_261_127;
const SERIES = 1_000;
/** A standard error of half a point. */
const COVERAGE_SIMULATIONS = 2_000;
/** As many as MMLU has questions. */
const ROUTED_TASKS = 14_000;
const OTHER_ORDERS = 20;
const DECISIONS = 20_000;

export interface EvidenceBenchOptions {
  scale: number;
  json: boolean;
  /** RouteLLM's folder `routellm/evals/mmlu/responses`, or one CSV of all. */
  mmlu: string | undefined;
  /** Names of parts separated by commas; where absent, all that need no server and for which there are data. */
  only: string | undefined;
}

/**
 * How often verdicts and canaries are right, by seeded simulations, which need no server; what the evaluator keeps up with, and what is
 * replayed, which do. Closes with one line of JSON.
 */
export async function benchEvidence({ scale, json, mmlu, only }: EvidenceBenchOptions): Promise<void> {
  const wanted = partsOf(PARTS, only) ?? PARTS.filter((part) => !SERVED.includes(part));
  const series = SERIES * scale;
  const figures: EvidenceFigures = {};
  // What cannot be read is told before anything is simulated.
  const pairs = mmlu === undefined ? undefined : await readMmlu(mmlu);
  if (wanted.includes('mmlu') && pairs) figures.mmlu = measureMmlu(pairs);
  if (wanted.includes('verdicts')) {
    figures.peeking = measurePeeking(series, SEED);
    figures.verdicts = measureVerdicts(series, SEED);
  }
  if (wanted.includes('canary')) {
    figures.canary = measureCanary(series, SEED);
    figures.guardrails = measureGuardrails(series, SEED);
  }
  if (wanted.includes('survival'))
    figures.survivalBandCoverage = bandCoverage(seededNumbers(SEED), {
      simulations: COVERAGE_SIMULATIONS * scale,
    }).survival_band_coverage;
  if (wanted.includes('routing')) {
    const simulated = (seed: number) => simulatedRows(ROUTED_TASKS * scale, seed);
    figures.routing = [measureRouting('simulated', simulated, SEED, OTHER_ORDERS)];
    figures.decisions = [3, 16].map((backends) => measureDecisions(backends, 8, DECISIONS * scale, SEED));
    if (pairs) {
      const published = (seed: number) => rowsOfMmlu(pairs, seededNumbers(seed));
      figures.routing.push(measureRouting('mmlu', published, SEED, OTHER_ORDERS));
    }
  }
  if (wanted.includes('completions')) figures.completions = await measureCompletions(scale);
  if (wanted.includes('replay')) figures.replay = await measureReplay(scale);
  reportEvidence(figures, json);
}
