import {
  create,
  EvaluationComparisonSchema,
  SwapSchema,
  timestampFromMs,
  toWire,
  type MessageInitShape,
  type Swap,
} from '@switchyard/contracts';

/** A swap that was evaluated and compared; the parts say how it ended. */
export function swapMessage(
  parts: Omit<MessageInitShape<typeof SwapSchema>, '$typeName' | '$unknown'> = {},
  scorers = usualScorers,
): Swap {
  const comparison = create(EvaluationComparisonSchema, {
    ...{ suite: 'accounting', agent: 'accountant', verdict: 'PASS', margin: 0.05, alpha: 0.05, cases: 120, scorers },
    candidate: { id: 'eval_new', backend: 'glm', status: 'completed' },
    baseline: { id: 'eval_old', backend: 'opus', status: 'completed' },
    costUsd: { cases: 120, baselineMean: 0.031, candidateMean: 0.0042, difference: -0.0268, low: -0.029, high: -0.024 },
    durationMs: { cases: 120, baselineMean: 4_200, candidateMean: 2_900, difference: -1_300, low: -1_700, high: -900 },
  });
  const step = (act: string, note: string, actor = 'evaluator') => ({
    act,
    note,
    actor,
    at: timestampFromMs(1_800_000_000_000),
  });
  return create(SwapSchema, {
    ...{
      id: 'swap_1',
      tenant: 'default',
      agent: 'accountant',
      status: 'certified',
      reason: 'Not worse by more than 5 points: exact.',
    },
    baseline: { agentVersion: `sha256:${'a'.repeat(64)}`, backend: 'opus', model: 'opus-5' },
    candidate: { agentVersion: `sha256:${'b'.repeat(64)}`, backend: 'glm', model: 'glm-5' },
    plan: { suite: 'accounting', margin: 0.05, share: 0.1, promoteAfter: 300 },
    evaluations: [
      { id: 'eval_old', kind: 'suite', role: 'baseline', status: 'completed', total: 120, done: 120, costUsd: 3.72 },
      { id: 'eval_new', kind: 'suite', role: 'candidate', status: 'completed', total: 120, done: 120, costUsd: 0.5 },
    ],
    comparisons: [{ kind: 'suite', comparison: toWire(EvaluationComparisonSchema, comparison), worse: [] }],
    steps: [step('proposed', 'accountant: from opus to glm.', 'user:ann'), step('compared', 'PASS')],
    ...{ verdict: 'PASS', costUsd: 4.22, startedBy: 'user:ann' },
    ...parts,
  });
}

type Scorers = NonNullable<MessageInitShape<typeof EvaluationComparisonSchema>['scorers']>;

const usualScorers: Scorers = [
  {
    scorer: 'exact',
    cases: 120,
    baselineMean: 0.94,
    candidateMean: 0.95,
    difference: 0.01,
    low: -0.018,
    high: 0.038,
    verdict: 'PASS',
    gates: true,
  },
  {
    scorer: 'politeness',
    cases: 120,
    baselineMean: 0.9,
    candidateMean: 0.84,
    difference: -0.06,
    low: -0.09,
    high: -0.03,
    verdict: 'FAIL',
    gates: false,
    note: 'nobody has checked its judge.',
  },
];
