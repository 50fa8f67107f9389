import type { Verdict } from '@switchyard/evidence';

export interface JudgedScorer {
  scorer: string;
  verdict: Verdict;
  difference: number;
  cases: number;
  moreCases?: number | undefined;
  pWorse?: number | undefined;
  gates: boolean;
  /** What more is to be said of it. */
  note: string;
}

export interface Findings {
  scorers: readonly JudgedScorer[];
  vetoes: readonly { caseId: string; passedBefore: boolean }[];
  /** How the candidate ended: what was stopped may have left out what it is bad at. */
  status: string;
  margin: number;
}

export interface OverallVerdict {
  verdict: Verdict;
  reasons: string[];
}

/** Critical cases named in a reason; all are in the list. */
const NAMED = 5;

/** FAIL for a veto or any scorer that fails, PASS where all pass, else INCONCLUSIVE; with all that speaks for it. */
export function overallVerdict({ scorers, vetoes, status, margin }: Findings): OverallVerdict {
  const gating = scorers.filter(({ gates }) => gates);
  const of = (verdict: Verdict) => gating.filter((each) => each.verdict === verdict);
  const against = [...vetoReasons(vetoes), ...of('FAIL').map(failureReason)];
  const open = [
    ...(status === 'completed' ? [] : [`The candidate is ${status}: the cases that it did not run may be its worst.`]),
    ...(gating.length > 0 ? [] : ['No scorer may decide: see what is said beside each.']),
    ...of('INCONCLUSIVE').map(openReason),
  ];
  if (against.length > 0) return { verdict: 'FAIL', reasons: [...against, ...open] };
  if (open.length > 0) return { verdict: 'INCONCLUSIVE', reasons: open };
  const names = gating.map(({ scorer }) => scorer).join(', ');
  return { verdict: 'PASS', reasons: [`Not worse by more than ${points(margin)}: ${names}.`] };
}

function vetoReasons(vetoes: Findings['vetoes']): string[] {
  if (vetoes.length === 0) return [];
  const named = vetoes
    .slice(0, NAMED)
    .map(({ caseId, passedBefore }) => `${caseId}${passedBefore ? '' : ' (nor before)'}`);
  const more = vetoes.length > NAMED ? ` and ${vetoes.length - NAMED} more` : '';
  return [`Critical cases that do not pass: ${named.join(', ')}${more}.`];
}

function failureReason({ scorer, difference, cases, pWorse = 1 }: JudgedScorer): string {
  const p = pWorse < 0.001 ? 'p below 0.001' : `p ${pWorse.toFixed(3)}`;
  return `${scorer} is worse by ${points(-difference)} over ${cases} cases (${p}).`;
}

function openReason({ scorer, cases, moreCases, note }: JudgedScorer): string {
  if (cases === 0) return `${scorer} gave no score to any case in both evaluations.`;
  const compared = `${scorer} is not decided by ${cases} ${cases === 1 ? 'case' : 'cases'}`;
  if (note !== '') return `${compared}: ${note}`;
  if (moreCases === undefined) return `${compared}; no reasonable number of cases like these would do.`;
  return `${compared}; about ${moreCases} more like these would do.`;
}

/** Of scores from 0 to 1, in points of a hundred. */
function points(share: number): string {
  const value = Number((100 * share).toFixed(1));
  return `${value} ${value === 1 ? 'point' : 'points'}`;
}
