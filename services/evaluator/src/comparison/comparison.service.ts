import { Inject, Injectable } from '@nestjs/common';
import {
  ComparedEvaluationSchema,
  create,
  SwitchyardError,
  timestampFromDate,
  type CompareEvaluationsRequest,
  type ComparedEvaluation,
  type EvaluationComparison,
} from '@switchyard/contracts';
import { EvaluationRepository, type EvaluationRow } from '../evaluations/evaluation.repository.js';
import { compareEvaluations } from './compare.js';
import { comparisonInvalid } from './comparison-invalid.js';
import { ComparisonRepository } from './comparison.repository.js';

/** Two points of a hundred. */
const MARGIN = 0.02;
const ALPHA = 0.05;
/** Fingerprints that are told of an evaluation: more than one, where its agent or backend changed meanwhile. */
const CONFIGURATIONS = 20;

/** Two evaluations of one suite, held against each other. */
@Injectable()
export class ComparisonService {
  constructor(
    @Inject(EvaluationRepository) private readonly evaluations: EvaluationRepository,
    @Inject(ComparisonRepository) private readonly measured: ComparisonRepository,
  ) {}

  /**
   * @throws SwitchyardError `evaluation.not_found`, `baseline.not_found`, `comparison.invalid`, `comparison.conflict` (one is still running),
   *   `evidence.invalid`
   */
  async compare(request: CompareEvaluationsRequest): Promise<EvaluationComparison> {
    const { tenant, margin = MARGIN, tolerated, alpha = ALPHA, scorers } = request;
    const candidate = ended(await this.find(tenant, request.candidate));
    const { id, choice } = await this.choose(request);
    const baseline = ended(await this.find(tenant, id));
    checkAlike(candidate, baseline);
    const [ofCandidate, ofBaseline] = await Promise.all([
      this.measured.cases(candidate.id),
      this.measured.cases(baseline.id),
    ]);
    const { status } = candidate;
    const question = { candidate: ofCandidate, baseline: ofBaseline, status, scorers, margin, tolerated, alpha };
    return {
      ...compareEvaluations(question),
      candidate: await this.view(candidate),
      baseline: await this.view(baseline),
      ...{ suite: candidate.suite, agent: candidate.agent, baselineChoice: choice },
    };
  }

  private async choose({ tenant, candidate, baseline }: CompareEvaluationsRequest) {
    if (baseline !== '') return { id: baseline, choice: 'named' };
    const found = await this.measured.baselineFor(tenant, candidate);
    if (found) return { id: found.id, choice: found.other ? 'other_configuration' : 'same_configuration' };
    throw new SwitchyardError(
      'baseline.not_found',
      `No evaluation of the same suite and agent was completed before "${candidate}". Run one, or name the baseline.`,
      { details: { candidate } },
    );
  }

  private async view(row: EvaluationRow): Promise<ComparedEvaluation> {
    const { id, backend, status, suite_version: suiteVersion, suite_number: suiteNumber, created_at: createdAt } = row;
    const configurations = (await this.measured.configurations(id)).slice(0, CONFIGURATIONS);
    return create(ComparedEvaluationSchema, {
      ...{ id, backend, status, suiteVersion, suiteNumber, configurations },
      createdAt: timestampFromDate(createdAt),
    });
  }

  private async find(tenant: string, id: string): Promise<EvaluationRow> {
    const row = await this.evaluations.find(tenant, id);
    if (row) return row;
    throw new SwitchyardError(
      'evaluation.not_found',
      `There is no evaluation "${id}" in this tenant. List them to see which there are.`,
      { details: { evaluation: id } },
    );
  }
}

/** What still runs would be compared by the cases that end first, and those are not like the others. */
function ended(row: EvaluationRow): EvaluationRow {
  if (row.status !== 'running') return row;
  throw new SwitchyardError(
    'comparison.conflict',
    `The evaluation "${row.id}" is still running (${row.done} of ${row.total} runs). Wait for its end, or cancel it.`,
    { details: { evaluation: row.id } },
  );
}

function checkAlike(candidate: EvaluationRow, baseline: EvaluationRow): void {
  if (candidate.id === baseline.id)
    throw comparisonInvalid('An evaluation cannot be compared with itself. Name another one as the baseline.');
  if (candidate.suite === baseline.suite) return;
  throw comparisonInvalid(
    `"${candidate.id}" is of the suite "${candidate.suite}", "${baseline.id}" of "${baseline.suite}". Compare two of one suite.`,
    { candidate: candidate.suite, baseline: baseline.suite },
  );
}
