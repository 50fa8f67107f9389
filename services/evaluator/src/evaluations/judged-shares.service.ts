import { Inject, Injectable } from '@nestjs/common';
import { labelsSince, type Labels } from '../judgements/calibration-rule.js';
import { LabelsRepository } from '../judgements/labels.repository.js';
import { NOW, type Now } from '../now.js';
import type { EvaluationRow, SummaryRow } from './evaluation.repository.js';

/** Finds what is known of the errors of an evaluation's judges. */
@Injectable()
export class JudgedShares {
  constructor(
    @Inject(LabelsRepository) private readonly labels: LabelsRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Of each scorer of which one judge, asked one thing, gave all the scores: two judges err in two ways, and no one share
   * corrects both. Labels count that were recent when the evaluation ended, or came since; an old evaluation keeps its figures.
   */
  async labelsOf({ tenant, ended_at }: EvaluationRow, summary: readonly SummaryRow[]): Promise<Map<string, Labels>> {
    const since = labelsSince(ended_at ?? this.now());
    const found = new Map<string, Labels>();
    for (const scorer of new Set(summary.map((row) => row.scorer))) {
      const rows = summary.filter((row) => row.scorer === scorer);
      const [configuration, ...others] = new Set(rows.flatMap(({ judges }) => judges));
      const [standard, ...standards] = new Set(rows.flatMap((row) => row.standards));
      const isMixed = others.length + standards.length > 0 || rows.some(({ unjudged }) => unjudged > 0);
      if (configuration === undefined || standard === undefined || isMixed) continue;
      found.set(scorer, await this.labels.of({ tenant, scorer, standard, configuration }, since));
    }
    return found;
  }
}
