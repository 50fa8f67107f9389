import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, EvaluatorService, RunEventSchema, timestampDate, timestampFromDate } from '@switchyard/contracts';
import { createLogger } from '@switchyard/telemetry';
import { CertificateRepository } from '../src/certificates/certificate.repository.js';
import { CertificatesService } from '../src/certificates/certificates.service.js';
import { startEvaluator, type EvaluatorFixture } from './evaluator.fixture.js';

const START = Date.parse('2026-10-01T00:00:00Z');
const tenant = 'default';
const { method } = EvaluatorService;

let evaluator: EvaluatorFixture;
let certificates: CertificatesService;
beforeAll(async () => {
  evaluator = await startEvaluator();
  await evaluator.startOne();
  const repository = new CertificateRepository(evaluator.dataSource);
  const logger = createLogger('test', { level: 'silent' });
  certificates = new CertificatesService(repository, () => new Date(), logger);
});
afterAll(() => evaluator.stop());

let runs = 0;
const minute = (number: number) => new Date(START + number * 60_000);
/** A run of one turn at a minute, told so often. */
async function ran(
  at: number,
  { backend, model = '', profileVersion = 'p' }: { backend: string; model?: string; profileVersion?: string },
  copies = 1,
): Promise<string> {
  runs += 1;
  const runId = `run_drift${runs}`;
  // What it asks for; the turn says as what the endpoint answered.
  const parts = { backend, profileVersion, model: 'alias' };
  const configuration = { ...parts, fingerprint: `sha256:${JSON.stringify(parts)}` };
  const identity = { tenant, runId, agent: 'helper', time: timestampFromDate(minute(at)) };
  const turn = create(RunEventSchema, {
    ...{ ...identity, seq: 1 },
    body: { case: 'modelTurnCompleted', value: { turn: 1, backend, profileVersion, model, configuration } },
  });
  const end = create(RunEventSchema, {
    ...{ ...identity, seq: 2 },
    body: {
      case: 'runCompleted',
      value: { configuration: configuration.fingerprint, backend },
    },
  });
  evaluator.router.ends.set(runId, end);
  for (let copy = 0; copy < copies; copy += 1) await evaluator.router.tell(turn);
  await evaluator.router.tell(end);
  await evaluator.idle();
  return runId;
}
const found = async (backend: string) => (await evaluator.rpc.call(method.listDrift, { tenant, backend })).findings;

const certify = (backend: string, model: string) =>
  certificates.issue({
    ...{ tenant, agent: 'helper', margin: 0.02, evaluations: [], evidence: {}, issuedBy: 'user:ann' },
    baseline: { backend: 'elsewhere', profileVersion: 'p', model: 'm' },
    candidate: { backend, profileVersion: 'p', model },
    results: [{ name: 'exact', verdict: 'PASS', cases: 40 }],
  });
const certificate = (id: string) => evaluator.rpc.call(method.getCertificate, { tenant, id });

describe('runs', () => {
  it('show that a provider answers with another model: dated, told once however often, and what was certified of it expires', async () => {
    const { id } = await certify('one', 'm');
    const other = await certify('two', 'm');
    await ran(0, { backend: 'one', model: 'm' });
    const last = await ran(5, { backend: 'one', model: 'm' });
    expect(await found('one')).toEqual([]);
    const first = await ran(9, { backend: 'one', model: 'm-2' }, 5);
    await ran(10, { backend: 'one', model: 'm-2' });
    const [finding, ...rest] = await found('one');
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({
      ...{ kind: 'model', cause: 'provider_change', from: 'm', to: 'm-2', status: 'open', watch: '', times: 1 },
      ...{ evidence: { last_run_before: last, first_run_after: first }, certificates: [id] },
    });
    expect(finding?.changedAfter && timestampDate(finding.changedAfter)).toEqual(minute(5));
    expect(finding?.changedBefore && timestampDate(finding.changedBefore)).toEqual(minute(9));
    expect(await certificate(id)).toMatchObject({
      status: 'expired',
      reason: '"one" changed: the provider answers with another model (m; now m-2)',
    });
    expect((await certificate(other.id)).status).toBe('in_force');
  });

  it('that are old, or overlap with a change, show none; what was certified of the new model stays in force', async () => {
    const { id } = await certify('one', 'm-2');
    await ran(6, { backend: 'one', model: 'm' });
    await ran(9.5, { backend: 'one', model: 'm' });
    expect(await found('one')).toHaveLength(1);
    expect((await certificate(id)).status).toBe('in_force');
    await ran(30, { backend: 'one', model: 'm' });
    expect((await found('one')).map(({ from, to }) => [from, to])).toEqual([
      ['m-2', 'm'],
      ['m', 'm-2'],
    ]);
    expect((await certificate(id)).status).toBe('expired');
  });

  it('say as what a backend answers that is certified by the name it is asked under, and a change expires that too', async () => {
    await ran(0, { backend: 'seven', model: 'm-2026' });
    const certified = await certify('seven', 'alias');
    expect(certified.candidate?.model).toBe('m-2026');
    expect(certified.status).toBe('in_force');
    await ran(5, { backend: 'seven', model: 'm-2026' });
    expect((await certificate(certified.id)).status).toBe('in_force');
    await ran(9, { backend: 'seven', model: 'm-2027' });
    expect((await certificate(certified.id)).status).toBe('expired');
  });

  it('under a profile that was applied here are no change by the provider', async () => {
    await ran(0, { backend: 'three', model: 'm' });
    await ran(1, { backend: 'three', model: 'n', profileVersion: 'sha256:q' });
    expect(await found('three')).toMatchObject([{ kind: 'profile', cause: 'own_change', to: 'n, profile q' }]);
  });

  it('that name no model show nothing', async () => {
    await ran(0, { backend: 'four', model: 'm' });
    await ran(1, { backend: 'four' });
    expect(await found('four')).toEqual([]);
  });

  it('end what was certified of something else before anything was seen here', async () => {
    const { id } = await certify('five', 'as-imported');
    await ran(0, { backend: 'five', model: 'm' });
    expect(await certificate(id)).toMatchObject({ status: 'expired', reason: expect.stringContaining('five') });
    expect(await found('five')).toEqual([]);
  });
});

describe('a finding', () => {
  it('is acknowledged once by a person, and the same change is a new one then', async () => {
    await ran(0, { backend: 'six', model: 'm' });
    await ran(10, { backend: 'six', model: 'm-2' });
    const [finding] = await found('six');
    const id = finding?.id ?? '';
    const acknowledge = (actor: string) =>
      evaluator.rpc.call(method.acknowledgeDrift, { tenant, id, note: 'Expected.', actor });
    expect(await acknowledge('user:ann')).toMatchObject({ status: 'acknowledged', acknowledgedBy: 'user:ann' });
    expect(await acknowledge('user:bob')).toMatchObject({ acknowledgedBy: 'user:ann', note: 'Expected.' });
    await ran(20, { backend: 'six', model: 'm' });
    await ran(30, { backend: 'six', model: 'm-2' });
    expect(await found('six')).toHaveLength(3);
    await expect(evaluator.rpc.call(method.getDrift, { tenant: 'stranger', id })).rejects.toMatchObject({
      code: 'drift.not_found',
    });
    await expect(evaluator.rpc.call(method.listDrift, { tenant, status: 'closed' })).rejects.toMatchObject({
      code: 'contract.invalid',
    });
  });
});
