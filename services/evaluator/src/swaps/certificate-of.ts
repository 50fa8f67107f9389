import {
  certifiedDifference,
  certifiedResults,
  EvaluationComparisonSchema,
  fromStore,
  type EvaluationComparison,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';
import type { CertificateDraft } from '../certificates/certificate-draft.js';
import { evidenceOf } from '../certificates/evidence.js';
import type { KeptComparison, Side, Swap } from './swap.js';

/** Chance of a wrong answer, over all comparisons of a swap. */
const ALPHA = 0.05;

/** How the evaluations of a swap are compared. Of several comparisons each has its part of the chance of a wrong answer. */
export function comparisonSettings({ plan }: Pick<Swap, 'plan'>, comparisons: number) {
  return { margin: plan.margin, tolerated: 0, alpha: ALPHA / comparisons, scorers: [] as string[] };
}

/**
 * What a swap that passed has proved.
 *
 * @param configurations `Configuration`s of the runs of each side, the one of most runs first
 */
export function certificateOfSwap(
  swap: Swap,
  configurations: Record<'baseline' | 'candidate', readonly JsonObject[]>,
): CertificateDraft {
  const compared = swap.comparisons.map(({ kind, comparison }) => ({ kind, comparison: comparisonOf(comparison) }));
  const measures = compared[0]?.comparison;
  const request = comparisonSettings(swap, compared.length);
  const [costUsd, durationMs] = [certifiedDifference(measures?.costUsd), certifiedDifference(measures?.durationMs)];
  return {
    ...{ tenant: swap.tenant, agent: swap.agent, margin: swap.plan.margin, swap: swap.id, issuedBy: swap.startedBy },
    baseline: sideOf(swap.baseline, configurations.baseline),
    candidate: sideOf(swap.candidate, configurations.candidate),
    evaluations: compared.flatMap(({ comparison }) => [comparison.candidate?.id ?? '', comparison.baseline?.id ?? '']),
    results: compared.flatMap(({ kind, comparison }) => certifiedResults(comparison, kind)),
    ...(costUsd ? { costUsd } : {}),
    ...(durationMs ? { durationMs } : {}),
    evidence: evidenceOf(compared.map(({ comparison }) => ({ request, comparison }))),
  };
}

export function comparisonOf(json: KeptComparison['comparison']): EvaluationComparison {
  return fromStore(EvaluationComparisonSchema, json);
}

/** As the runs had it; where nothing is on record of them, as it was when the swap began. */
function sideOf(side: Side, [main, ...others]: readonly JsonObject[]): CertificateDraft['baseline'] {
  const fingerprints = [main, ...others].flatMap((each) => (each ? [textOf(each['fingerprint'])] : []));
  return {
    agentVersion: side.agentVersion,
    backend: side.backend || textOf(main?.['backend']),
    profileVersion: textOf(main?.['profile_version']) || side.profileVersion,
    model: textOf(main?.['model']) || side.model,
    configurations: fingerprints,
  };
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
