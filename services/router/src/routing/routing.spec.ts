import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { create, ErrorInfoSchema, RouterService, type RunAccepted } from '@switchyard/contracts';
import { differenceOf, follow, readRecord, startSnapshot, type RoutingEntry } from '@switchyard/evidence';
import { startService } from '@switchyard/service';
import { waitFor } from '@switchyard/testing';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';
import { submit } from '../run.fixture.js';
import { StubEvaluator, stubEvaluator } from './stub-evaluator.fixture.js';

const { applyBackend, applyAgent, fallBack, getRun, listEvents } = RouterService.method;
const tenant = 'default';
const outcomes = (backend: string, quality: number): RoutingEntry[] =>
  Array.from({ length: 20 }, () => ({ kind: 'outcome', outcome: { backend, taskClass: '', quality } }));
const error = create(ErrorInfoSchema, { code: 'model.unavailable', message: 'It is down.', retryable: true });

describe('runs of an agent that is routed by the record', () => {
  const evaluator = new StubEvaluator();
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    for (const name of ['alpha', 'beta', 'gamma']) {
      const about = { name, baseUrl: 'http://127.0.0.1:7460/v1', api: 'openai-chat', model: 'm', simulated: true };
      await router.rpc.call(applyBackend, about);
    }
    await apply('helper', { policy: 'best-quality', explore: 0 });
    await apply('careful', { policy: 'balanced', certified_only: true });
  });
  afterAll(() => router.stop());

  const apply = (name: string, routing: object) =>
    router.rpc.call(applyAgent, {
      tenant,
      definition: { name, instructions: 'Help.', model: { routing: { ...routing }, fallbacks: ['*'] } },
    });
  const acceptedOf = async (runId: string): Promise<RunAccepted> => {
    const [first] = (await router.rpc.call(listEvents, { tenant, runId })).events;
    if (first?.body.case !== 'runAccepted') throw new Error(`${runId} has no beginning`);
    return first.body.value;
  };
  const accepted = async (task: object = {}) => acceptedOf((await submit(router, { ...task })).runId);

  it('are accepted by health and price where no evaluator runs, and their reason says so; a careful one is refused', async () => {
    const { backend, routingReason, routing } = await accepted();
    expect(backend).toBe('alpha');
    expect(routingReason).toMatch(/^by health and price, since nothing is known of what was learnt/);
    expect(routing).toBeUndefined();
    await expect(submit(router, { agent: 'careful' })).rejects.toMatchObject({
      ...{ code: 'routing.unavailable', retryable: true },
    });
  });

  it('are not held up by an evaluator that does not answer', async () => {
    let answer = () => {};
    evaluator.until = new Promise((resolve) => (answer = resolve));
    router.services.push(await startService(stubEvaluator(evaluator), { config: router.config }));
    const before = evaluator.asked.length;
    // Accepted, all of them, while the question is open.
    await waitFor(async () => {
      await accepted();
      return evaluator.asked.length > before;
    });
    expect((await accepted()).routingReason).toMatch(/nothing is known/);
    answer();
  });

  it('go to what showed to be best, with a record that gives the same decision again', async () => {
    const entries: RoutingEntry[] = [
      { kind: 'certified', backends: ['gamma'] },
      ...outcomes('alpha', 0.2),
      ...outcomes('beta', 0.9),
    ];
    evaluator.snapshot = entries.reduce(follow, startSnapshot());
    const { backend, routingReason, routing } = await waitFor(
      async () => {
        const value = await accepted();
        return value.routing?.['revision'] === 41 && value;
      },
      { timeoutMs: 20_000, intervalMs: 100, describe: 'what was learnt to reach the router' },
    );
    expect(backend).toBe('beta');
    expect(routingReason).toMatch(/^beta scores best of 3 by best-quality, by what 40 runs showed/);
    const record = readRecord(routing);
    if (!record) throw new Error('The record cannot be read');
    expect(record).toMatchObject({ revision: 41, backend: 'beta' });
    expect(differenceOf(record, evaluator.snapshot)).toBeUndefined();
    expect(Buffer.byteLength(JSON.stringify(routing))).toBeLessThanOrEqual(2_048);
  });

  it('are of the class that rules give them, where their task names none, also when nobody says which', async () => {
    const classed = (taskClass: string, backend: string, quality: number): RoutingEntry[] =>
      Array.from({ length: 40 }, () => ({ kind: 'outcome', outcome: { backend, taskClass, quality } }));
    evaluator.snapshot = [
      ...classed('letters', 'gamma', 0.9),
      ...classed('letters', 'beta', 0.1),
      ...classed('sums', 'gamma', 0.1),
      ...classed('sums', 'beta', 0.9),
    ].reduce(follow, evaluator.snapshot);
    evaluator.classOf = (input) => (input === 'Dear Ann' ? 'letters' : 'sums');
    const { revision } = evaluator.snapshot;
    const classOf = async (task: object) => {
      const { backend, routing } = await accepted(task);
      return routing?.['revision'] === revision && [backend, readRecord(routing)?.task_class];
    };
    const letter = { input: 'Dear Ann' };
    await waitFor(() => classOf(letter), {
      timeoutMs: 20_000,
      intervalMs: 100,
      describe: 'what was learnt to reach the router',
    });
    expect(await classOf(letter)).toEqual(['gamma', 'letters']);
    expect(await classOf({ input: '1 + 1' })).toEqual(['beta', 'sums']);
    expect(await classOf({ ...letter, metadata: { task_class: 'sums' } })).toEqual(['beta', 'sums']);
    evaluator.classOf = () => {
      throw new Error('The rules cannot be read');
    };
    expect(await classOf(letter)).toEqual([expect.any(String), '']);
  });

  it('go where the task says, whatever was learnt', async () => {
    const { backend, routingReason, routing } = await accepted({ backend: 'alpha' });
    expect([backend, routingReason, routing]).toEqual(['alpha', 'named by the task', undefined]);
  });

  it('go to certified backends alone where the agent says so, also the first one and when they fall back', async () => {
    const { runId } = await submit(router, { agent: 'careful' });
    const { backend, routing } = await acceptedOf(runId);
    expect(backend).toBe('gamma');
    expect(readRecord(routing)?.candidates.find(({ backend: name }) => name === 'beta')?.ruled_out).toEqual([
      'no certificate in force',
    ]);
    const { seq } = await router.rpc.call(getRun, { tenant, runId });
    expect(await router.rpc.call(fallBack, { tenant, runId, backend: 'gamma', seq, error })).toMatchObject({
      ...{ outcome: 'failed', error: { code: 'backend.all_failed' } },
    });
  });

  it('fall back to certified backends before others', async () => {
    const { runId } = await submit(router, { backend: 'alpha', fallbacks: ['*'] });
    const { seq } = await router.rpc.call(getRun, { tenant, runId });
    expect(await router.rpc.call(fallBack, { tenant, runId, backend: 'alpha', seq, error })).toMatchObject({
      ...{ outcome: 'moved', backend: 'gamma' },
    });
  });
});
