import { describe, expect, it } from '@jest/globals';
import {
  certificateDigest,
  CertificateSchema,
  CertifiedResultSchema,
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
    scorers: [{ scorer: 'exact', verdict: 'PASS', gates: true, candidateMean: mean }],
  });
}

function certificate(): Certificate {
  const said = create(CertificateSchema, {
    ...{ id: 'cert_1', agent: 'helper', margin: 0.02, status: 'in_force' },
    results: [{ name: 'exact', verdict: 'PASS' }],
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
    ]);
    expect(asked).toEqual([{ candidate: 'eval_b', baseline: 'eval_a', scorers: ['exact'], margin: 0.02 }]);
  });

  it('whatever became of it since', async () => {
    expect(await failures({ ...certificate(), status: 'revoked', reason: 'Changed.' })).toEqual([]);
  });

  it('also where a result is told to be of a replay', async () => {
    const replayed = {
      ...certificate(),
      results: [create(CertifiedResultSchema, { name: 'replayed exact', verdict: 'PASS' })],
    };
    replayed.digest = certificateDigest(replayed);
    expect(await failures(replayed)).toEqual([]);
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

  it('not where its rows are not those of its evidence, or there is none', async () => {
    const changed = { ...certificate(), results: [] };
    changed.digest = certificateDigest(changed);
    expect(await failures(changed)).toEqual(['result exact: it says nothing, and the comparison PASS']);
    const empty = certificate();
    delete empty.evidence;
    expect(await failures(empty)).toEqual(['evidence: it has no comparison that could be computed again']);
  });

  it('and a difference in kind is one', () => {
    expect(firstDifference({ a: [1] }, { a: { b: 1 } })).toMatch(/^a\.0/);
    expect(firstDifference([1, 2], [1, 2])).toBeUndefined();
  });
});
