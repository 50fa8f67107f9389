import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rpcSubject } from '@switchyard/bus';
import { encode, RouterService, SubmitReplySchema } from '@switchyard/contracts';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };

describe('the trace of a request', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('is that of who asks, and is named in the answer', async () => {
    const answer = await gateway.request('GET', '/v1/nowhere', { headers });
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(answer.json['error']).toMatchObject({ trace_id: traceId });
  });

  it('goes on into the services, also after a body was read', async () => {
    const seen: string[] = [];
    gateway.bus.nc.subscribe(rpcSubject(gateway.bus, RouterService.method.submit), {
      callback: (_, message) => {
        seen.push(message.headers?.get('traceparent') ?? '');
        message.respond(encode(SubmitReplySchema, { taskId: 't', runId: 'r' }));
      },
    });
    await gateway.bus.nc.flush();
    const answer = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' }, headers });
    expect(answer.status).toBe(202);
    expect(seen).toEqual([expect.stringContaining(traceId)]);
    const own = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' } });
    expect(seen[1]).toContain(own.headers.get('x-trace-id'));
  });
});
