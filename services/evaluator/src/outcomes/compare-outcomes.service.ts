import { Inject, Injectable } from '@nestjs/common';
import {
  SwitchyardError,
  type CompareOutcomesRequest,
  type MessageInitShape,
  type OutcomeComparisonSchema,
} from '@switchyard/contracts';
import { hypergeometricSumUpperTail } from '@switchyard/evidence';
import { OutcomeRepository } from './outcome.repository.js';

/** Runs of one set. */
const MOST = 1_000;

/** Whether runs that had something (a memory, say) went worse than runs that had not. */
@Injectable()
export class CompareOutcomes {
  constructor(@Inject(OutcomeRepository) private readonly outcomes: OutcomeRepository) {}

  /** One look: who looks again and again asks for a smaller p. @throws SwitchyardError `evaluation.invalid` */
  async compare({
    tenant,
    withRunIds,
    withoutRunIds,
  }: CompareOutcomesRequest): Promise<MessageInitShape<typeof OutcomeComparisonSchema>> {
    if (Math.max(withRunIds.length, withoutRunIds.length) > MOST) throw tooMany();
    const both = new Set(withRunIds);
    if (withoutRunIds.some((id) => both.has(id))) throw inBoth();
    const [one, other] = await Promise.all([
      this.outcomes.shareOfGood(tenant, withRunIds),
      this.outcomes.shareOfGood(tenant, withoutRunIds),
    ]);
    const failed = one.runs - one.good;
    const pWorse =
      one.runs === 0 || other.runs === 0
        ? 1
        : hypergeometricSumUpperTail(failed, [
            { drawn: one.runs, marked: failed + other.runs - other.good, total: one.runs + other.runs },
          ]);
    return { with: one, without: other, pWorse };
  }
}

function tooMany(): SwitchyardError {
  return new SwitchyardError('evaluation.invalid', `More than ${MOST} runs of one set cannot be compared. Give fewer.`);
}

function inBoth(): SwitchyardError {
  return new SwitchyardError(
    'evaluation.invalid',
    'A run is in both sets. What it shows counts for neither: leave it out.',
  );
}
