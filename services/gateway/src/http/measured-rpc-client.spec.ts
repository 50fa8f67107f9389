import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EvaluatorService } from '@switchyard/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';

describe('a request that is large', () => {
  const maxBodyBytes = 16 * 1_048_576;
  let gateway: TestGateway;
  let maxPayload: number;
  beforeAll(async () => {
    gateway = await startGateway({ SWITCHYARD_MAX_BODY_BYTES: String(maxBodyBytes) });
    maxPayload = gateway.bus.nc.info?.max_payload ?? 0;
  });
  afterAll(() => gateway.close());

  it.each([
    ['/v1/tasks', 'task.too_large', (input: string) => ({ agent: 'a', input })],
    ['/v1/agents', 'bus.too_large', (instructions: string) => ({ name: 'a', instructions })],
    ['/v1/evaluations', 'bus.too_large', (input: string) => ({ suite: { cases: [{ input }] } })],
    ['/v1/tools/calculator/call', 'bus.too_large', (text: string) => ({ arguments: { text } })],
  ])('for the bus is refused with its size and the limit: %s', async (path, code, body) => {
    const answer = await gateway.request('POST', path, { body: body('x'.repeat(maxPayload)) });
    expect(answer.status).toBe(413);
    const { error } = answer.json as { error: { code: string; message: string; details: Record<string, number> } };
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.details['bytes']).toBeGreaterThan(maxPayload);
    expect(error.details['limit']).toBeLessThan(maxPayload);
    expect(error.message).toMatch(/Send less/);
  });

  it('passes up to what a gateway takes where nobody set another limit', async () => {
    const asked = gateway.services.answer(EvaluatorService.method.startEvaluation, () => ({ id: 'eval_1' }));
    const body = { suite: { cases: [{ input: 'x'.repeat(2 * 1_048_576) }] } };
    expect((await gateway.request('POST', '/v1/evaluations', { body })).status).toBe(202);
    expect(asked).toHaveLength(1);
  });
});
