import { SwitchyardError } from '@switchyard/contracts';
import { measureCanary } from './measure-canary.js';
import { measurePeeking } from './measure-peeking.js';
import { measureVerdicts } from './measure-verdicts.js';
import { measureMmlu } from './mmlu/measure-mmlu.js';
import { readMmlu } from './mmlu/read-mmlu.js';
import { reportEvidence, type EvidenceFigures } from './report.js';

const PARTS = ['verdicts', 'canary', 'mmlu'] as const;
const SEED = 20_261_127;
const SERIES = 1_000;
type Part = (typeof PARTS)[number];

export interface EvidenceBenchOptions {
  scale: number;
  json: boolean;
  /** RouteLLM's folder `routellm/evals/mmlu/responses`, or one CSV of all. */
  mmlu: string | undefined;
  /** Names of parts separated by commas; all for which there are data where absent. */
  only: string | undefined;
}

/** How often verdicts and canaries are right, by seeded simulations. Needs no server. Closes with one line of JSON. */
export async function benchEvidence({ scale, json, mmlu, only }: EvidenceBenchOptions): Promise<void> {
  const wanted = chosen(only);
  const series = SERIES * scale;
  const figures: EvidenceFigures = {};
  // What cannot be read is told before anything is simulated.
  if (wanted.includes('mmlu') && mmlu !== undefined) figures.mmlu = measureMmlu(await readMmlu(mmlu));
  if (wanted.includes('verdicts')) {
    figures.peeking = measurePeeking(series, SEED);
    figures.verdicts = measureVerdicts(series, SEED);
  }
  if (wanted.includes('canary')) figures.canary = measureCanary(series, SEED);
  reportEvidence(figures, json);
}

function chosen(only: string | undefined): Part[] {
  if (only === undefined) return [...PARTS];
  return only.split(',').map((name) => {
    const known = PARTS.find((part) => part === name.trim());
    if (known) return known;
    throw new SwitchyardError('bench.invalid', `--only names "${name}"; there are ${PARTS.join(', ')}.`);
  });
}
