import {
  create,
  EvaluationComparisonSchema,
  EvaluationSchema,
  type EvaluationComparison,
  type MessageInitShape,
} from '@switchyard/contracts';

type Parts = MessageInitShape<typeof EvaluationSchema>;

/** An evaluation of two cases by one scorer, all of which passed. */
export function evaluationOf(parts: Parts = {}) {
  const summary = [{ scorer: 'exact', count: 2, passed: 2 }];
  return create(EvaluationSchema, {
    ...{ id: 'eval_2', suite: 'sums', agent: 'assistant', status: 'completed', total: 2, done: 2, summary },
    results: ['one', 'two'].map((caseId) => resultOf(caseId)),
    ...parts,
  });
}

interface ResultParts {
  repeat?: number;
  status?: string;
  scores?: { scorer: string; passed: boolean; value?: number; reason?: string; errorCode?: string }[];
  error?: { code: string; message: string };
}

export function resultOf(caseId: string, parts: ResultParts = {}) {
  const scores = [{ scorer: 'exact', value: 1, passed: true }];
  return { caseId, repeat: 1, runId: `run_${caseId}`, status: 'completed', durationMs: 1_500, scores, ...parts };
}

export function comparisonOf(
  parts: Omit<MessageInitShape<typeof EvaluationComparisonSchema>, '$typeName'> = {},
): EvaluationComparison {
  const means = { baselineMean: 0.9, candidateMean: 0.6, difference: -0.3, low: -0.4, high: -0.2 };
  return create(EvaluationComparisonSchema, {
    ...{ candidate: { id: 'eval_2', status: 'completed' }, baseline: { id: 'eval_1', backend: 'old' } },
    ...{ suite: 'sums', agent: 'assistant', baselineChoice: 'other_configuration', margin: 0.02, cases: 60 },
    ...{ verdict: 'FAIL', reasons: ['exact is worse by 30 points over 60 cases, beyond doubt.'] },
    scorers: [{ scorer: 'exact', cases: 60, ...means, verdict: 'FAIL', gates: true }],
    costUsd: { cases: 60, baselineMean: 0.01, candidateMean: 0.005, difference: -0.005, low: -0.006, high: -0.004 },
    ...parts,
  });
}
