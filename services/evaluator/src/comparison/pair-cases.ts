import type { CasePair, ComparedCase } from './compared-case.js';

export interface PairedCases {
  /** In the order of the candidate's suite. */
  pairs: CasePair[];
  onlyInCandidate: string[];
  onlyInBaseline: string[];
  /** Of one id, but not one question: an easier one would look like a better model. */
  changed: string[];
}

/** Cases by their ids; one of which no run has ended counts as one that is not there. */
export function pairCases(candidate: readonly ComparedCase[], baseline: readonly ComparedCase[]): PairedCases {
  const ended = ({ runs }: ComparedCase) => runs.length > 0;
  const before = new Map(baseline.filter(ended).map((each) => [each.id, each]));
  const paired: PairedCases = { pairs: [], onlyInCandidate: [], onlyInBaseline: [], changed: [] };
  for (const each of candidate.filter(ended)) {
    const other = before.get(each.id);
    before.delete(each.id);
    if (other === undefined) paired.onlyInCandidate.push(each.id);
    else if (other.content !== each.content) paired.changed.push(each.id);
    else paired.pairs.push({ baseline: other, candidate: each });
  }
  paired.onlyInBaseline.push(...before.keys());
  return paired;
}
