import { describe, expect, it } from '@jest/globals';
import {
  certificateDigest,
  CertificateSchema,
  CertifiedDifferenceSchema,
  certifiedResults,
  create,
  EvaluationComparisonSchema,
  toWire,
  type Certificate,
  type EvaluationComparison,
} from '@switchyard/contracts';
import { firstDifference, verifyCertificate, type Question } from './verify-certificate.js';

function comparison(mean = 0.9): EvaluationComparison {
  return create(EvaluationComparisonSchema, {
    candidate: { id: 'eval_b' },
    baseline: { id: 'eval_a' },
    scorers: [
      { scorer: 'exact', verdict: 'PASS', gates: true, candidateMean: mean, cases: 40, low: -0.02, high: 0.1 },
      { scorer: 'tone', verdict: 'FAIL' },
    ],
    costUsd: { cases: 40, baselineMean: 0.02, candidateMean: 0.01, difference: -0.01, low: -0.015, high: -0.005 },
  });
}

function certificate(): Certificate {
  const said = create(CertificateSchema, {
    ...{ id: 'cert_1', agent: 'helper', margin: 0.02, status: 'in_force' },
    results: certifiedResults(comparison(), 'suite'),
    costUsd: { baseline: 0.02, candidate: 0.01, difference: -0.01, low: -0.015, high: -0.005 },
    evidence: {
      comparisons: [
        {
          ...{ candidate: 'eval_b', baseline: 'eval_a', scorers: ['exact'], margin: 0.02 },
          comparison: toWire(EvaluationComparisonSchema, comparison()),
        },
      ],
    },
  });
  return { ...said, digest: certificateDigest(said) };
}
const failures = async (of: Certificate, found = comparison()) =>
  (await verifyCertificate(of, () => Promise.resolve(found)))
    .filter(({ passed }) => !passed)
    .map(({ name, detail }) => `${name}: ${detail}`);

describe('a certificate is verified', () => {
  it('where its digest and its comparisons come out as they were, asked as they were', async () => {
    const asked: Question[] = [];
    const checks = await verifyCertificate(certificate(), (question) => {
      asked.push(question);
      return Promise.resolve(comparison());
    });
    expect(checks.map(({ name, passed }) => [name, passed])).toEqual([
      ['digest', true],
      ['comparison of eval_b with eval_a', true],
      ['result exact', true],
      ['cost', true],
      ['time', true],
      ['margin', true],
    ]);
    expect(asked).toEqual([{ candidate: 'eval_b', baseline: 'eval_a', scorers: ['exact'], margin: 0.02 }]);
  });

  it('whatever became of it since', async () => {
    expect(await failures({ ...certificate(), status: 'revoked', reason: 'Changed.' })).toEqual([]);
  });

  it('not where somebody changed what it says', async () => {
    const [failure] = await failures({ ...certificate(), agent: 'other' });
    expect(failure).toMatch(/^digest: it says sha256:/);
  });

  it('not where the record gives something else, and it says where', async () => {
    expect(await failures(certificate(), comparison(0.7))).toEqual([
      'comparison of eval_b with eval_a: scorers.0.candidate_mean: 0.9 was certified, and the record gives 0.7',
    ]);
  });

  it.each<[string, (said: Certificate) => Partial<Certificate>, string]>([
    ['a row is missing', () => ({ results: [] }), 'result exact: the whole: null was certified'],
    [
      'a row is of nothing',
      ({ results }) => ({ results: results.flatMap((row) => [row, { ...row, name: 'tone' }]) }),
      'result tone: the whole: {',
    ],
    [
      'a figure is better than it was',
      ({ results }) => ({ results: results.map((row) => ({ ...row, cases: 400 })) }),
      'result exact: cases: 400 was certified, and the record gives 40',
    ],
    ['the cost is another', () => ({ costUsd: create(CertifiedDifferenceSchema, { low: -1 }) }), 'cost: '],
    ['the time is of nothing', () => ({ durationMs: create(CertifiedDifferenceSchema, {}) }), 'time: '],
    [
      'the margin is another',
      () => ({ margin: 0.01 }),
      'margin: the whole: 0.01 was certified, and the record gives 0.02',
    ],
  ])('not where %s, though its digest is right', async (_, change, expected) => {
    const said = certificate();
    const changed = { ...said, ...change(said) };
    changed.digest = certificateDigest(changed);
    const found = await failures(changed);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(expected);
  });

  it('not without evidence', async () => {
    const empty = certificate();
    delete empty.evidence;
    expect(await failures(empty)).toEqual(['evidence: it has no comparison that could be computed again']);
  });

  it('and a difference in kind is one', () => {
    expect(firstDifference({ a: [1] }, { a: { b: 1 } })).toMatch(/^a\.0/);
    expect(firstDifference([1, 2], [1, 2])).toBeUndefined();
  });
});
