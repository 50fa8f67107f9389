import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalJson, certificateDigest, EvaluatorService, timestampDate } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import type { CertificateDraft } from '../src/certificates/certificate-draft.js';
import { CertificateRepository } from '../src/certificates/certificate.repository.js';
import { CertificatesService } from '../src/certificates/certificates.service.js';
import { evidenceOf } from '../src/certificates/evidence.js';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

const START = new Date('2026-11-01T00:00:00Z');
const DAY = 86_400_000;

let evaluator: EvaluatorFixture;
let certificates: CertificatesService;
let now = START;
beforeAll(async () => {
  evaluator = await startEvaluator();
  const repository = new CertificateRepository(evaluator.dataSource);
  certificates = new CertificatesService(repository, () => now, createLogger('test', { level: 'silent' }));
});
afterAll(() => evaluator.stop());

const { method } = EvaluatorService;
const tenant = 'default';

function draft(agent: string, more: Partial<CertificateDraft> = {}): CertificateDraft {
  const versions = { agentVersion: 'sha256:v', configurations: ['sha256:c'] };
  return {
    ...{ tenant, agent, margin: 0.02, evaluations: ['eval_b', 'eval_a'], issuedBy: 'user:ann' },
    baseline: { ...versions, backend: 'old', profileVersion: 'sha256:p0', model: 'm-0' },
    candidate: { ...versions, backend: 'new', profileVersion: 'sha256:p1', model: 'm-1' },
    results: [
      { name: 'exact', verdict: 'PASS', cases: 40, difference: { baseline: 0.9, candidate: 0.91, difference: 0.01 } },
    ],
    evidence: { comparisons: [{ candidate: 'eval_b', baseline: 'eval_a' }] },
    ...more,
  };
}
const get = (id: string) => evaluator.rpc.call(method.getCertificate, { tenant, id });

describe('a certificate', () => {
  it('says under its digest what was found, and is in force for ninety days', async () => {
    const issued = await certificates.issue(draft('said'));
    expect(issued).toMatchObject({
      status: 'in_force',
      margin: 0.02,
      issuedBy: 'user:ann',
      digest: certificateDigest(issued),
    });
    expect(issued.expiresAt && timestampDate(issued.expiresAt)).toEqual(new Date(START.getTime() + 90 * DAY));
    expect((await certificates.inForce(tenant, 'said')).map(({ id }) => id)).toEqual([issued.id]);
    now = new Date(START.getTime() + 90 * DAY);
    expect(await certificates.inForce(tenant, 'said')).toEqual([]);
    const over = await certificates.get({ $typeName: 'switchyard.v1.CertificateQuery', tenant, id: issued.id });
    expect(over).toMatchObject({ status: 'expired', reason: 'its time is over', endedAt: issued.expiresAt });
    expect(certificateDigest(over)).toBe(issued.digest);
    now = START;
  });

  it('is issued once for a swap, by however many at once', async () => {
    const issued = await Promise.all(
      Array.from({ length: 6 }, () => certificates.issue(draft('swapped', { swap: 'swap_1' }))),
    );
    expect(new Set(issued.map(({ id }) => id)).size).toBe(1);
  });

  it('is not issued for what did not pass, for no result, no margin or no time', async () => {
    const failed = [{ name: 'exact', verdict: 'INCONCLUSIVE', cases: 4 }];
    for (const wrong of [{ results: failed }, { results: [] }, { margin: 0 }, { margin: Number.NaN }, { days: -1 }])
      await expect(certificates.issue(draft('wrong', wrong))).rejects.toMatchObject({ code: 'certificate.invalid' });
    expect(await certificates.inForce(tenant, 'wrong')).toEqual([]);
  });

  it('expires when either backend is not what it says, and not for what is not its own', async () => {
    const issue = async (agent: string) => (await certificates.issue(draft(agent))).id;
    const [id, other] = [
      await issue('changed'),
      (await certificates.issue(draft('else', { candidate: { backend: 'third' }, baseline: { backend: 'fourth' } })))
        .id,
    ];
    const at = new Date(START.getTime() + DAY);
    const same = { profileVersion: 'sha256:p1', models: ['m-1'] };
    now = at;
    expect(await certificates.expire({ tenant, backend: 'new', otherThan: same }, 'nothing', at)).toEqual([]);
    expect(await certificates.expire({ tenant: 'stranger', backend: 'new' }, 'nothing', at)).toEqual([]);
    expect(await certificates.expire({ tenant, backend: 'new', agentVersion: 'sha256:w' }, 'nothing', at)).toEqual([]);
    expect(await certificates.expire({ tenant, backend: 'new', issuedUntil: new Date(0) }, 'nothing', at)).toEqual([]);
    const changed = { tenant, backend: 'old', otherThan: { profileVersion: 'sha256:p0', models: ['m-9'] } };
    expect(await certificates.expire(changed, 'answers as m-9', at)).toContain(id);
    expect(await certificates.expire(changed, 'again', at)).toEqual([]);
    const expired = await evaluator.rpc.call(method.listCertificates, { tenant, backend: 'old', status: 'expired' });
    expect(expired.certificates.find((one) => one.id === id)).toMatchObject({ reason: 'answers as m-9' });
    expect((await get(other)).status).toBe('in_force');
    now = START;
  });
});

describe('the evidence of a certificate', () => {
  it('is computed again from the record, byte for byte', async () => {
    const evaluate = async () => (await evaluator.completed((await evaluator.start(suiteOf(6))).id)).id;
    const [baseline, candidate] = [await evaluate(), await evaluate()];
    const request = { scorers: ['exact'], margin: 0.1 };
    const compare = () =>
      evaluator.rpc.call(method.compareEvaluations, { tenant, baseline, candidate, scorers: ['exact'], margin: 0.1 });
    const evidence = evidenceOf([{ request, comparison: await compare() }]);
    const { id } = await certificates.issue(draft('evident', { evidence }));
    const kept = (await get(id)).evidence;
    expect(kept).toMatchObject({ comparisons: [{ candidate, baseline, scorers: ['exact'], margin: 0.1 }] });
    const again = evidenceOf([{ request, comparison: await compare() }]);
    expect(canonicalJson(kept ?? {})).toBe(canonicalJson(again));
  });
});

describe('a person', () => {
  it('revokes one with a reason, once, and not one that has expired', async () => {
    now = new Date();
    const { id } = await certificates.issue(draft('revoked'));
    const revoke = (reason: string) =>
      evaluator.rpc.call(method.revokeCertificate, { tenant, id, reason, actor: 'user:bob' });
    expect(await revoke('wrong suite')).toMatchObject({ status: 'revoked', reason: 'wrong suite' });
    expect(await revoke('again')).toMatchObject({ reason: 'wrong suite' });
    const expired = await certificates.issue(draft('revoked'));
    await certificates.expire({ tenant, backend: 'new' }, 'it drifted', now);
    await expect(
      evaluator.rpc.call(method.revokeCertificate, { tenant, id: expired.id, reason: 'late' }),
    ).rejects.toMatchObject({ code: 'certificate.conflict' });
    await expect(revoke('')).rejects.toMatchObject({ code: 'contract.invalid' });
    await expect(get('cert_none')).rejects.toMatchObject({ code: 'certificate.not_found' });
  });

  it('reads them page by page, the newest first, and of their own tenant only', async () => {
    now = new Date();
    for (let n = 0; n < 3; n += 1) {
      now = new Date(now.getTime() + 1);
      await certificates.issue(draft('paged'));
    }
    const page = (after: string) =>
      evaluator.rpc.call(method.listCertificates, { tenant, agent: 'paged', limit: 2, after });
    const first = await page('');
    const second = await page(first.certificates[1]?.id ?? '');
    expect([first.certificates.length, first.more, second.certificates.length, second.more]).toEqual([
      2,
      true,
      1,
      false,
    ]);
    expect(first.certificates[0]?.evidence).toBeUndefined();
    await expect(
      evaluator.rpc.call(method.getCertificate, { tenant: 'stranger', id: first.certificates[0]?.id ?? '' }),
    ).rejects.toMatchObject({ code: 'certificate.not_found' });
    await expect(evaluator.rpc.call(method.listCertificates, { tenant, status: 'fresh' })).rejects.toMatchObject({
      code: 'contract.invalid',
    });
  });
});
