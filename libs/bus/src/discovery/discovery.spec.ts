import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { RouterService, SwitchyardError, toValue, type TaskRequest } from '@switchyard/contracts';
import { Scope, testBus, testService } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { RpcClient } from '../rpc/rpc-client.js';
import { RpcServer } from '../rpc/rpc-server.js';
import { Rpc } from '../rpc/rpc.decorator.js';

@Controller()
class Router {
  @Rpc(RouterService.method.submit)
  async submit({ agent }: TaskRequest) {
    if (agent === 'unknown') throw new SwitchyardError('agent.not_found', 'No such agent');
    return await Promise.resolve({ runId: 'run_1' });
  }
}

const scope = new Scope();
let bus: Bus;
let server: RpcServer;
let stop: () => Promise<void>;
beforeEach(async () => {
  bus = await testBus(scope, { streams: false });
  server = new RpcServer(bus, { service: 'router', version: '1.2.3', description: 'Accepts tasks' });
  ({ stop } = await testService(scope, server, { controllers: [Router] }));
  await bus.nc.flush();
});
afterEach(() => scope.close());

const ask = async (subject: string): Promise<unknown> => (await bus.nc.request(subject, '')).json();
const common = () => ({ name: `${bus.prefix}-router`, id: server.identity.id, version: '1.2.3' });

describe('discovery', () => {
  it('finds the service among all, by its name and by its id', async () => {
    const all: unknown[] = [];
    for await (const reply of await bus.nc.requestMany('$SRV.PING', '', { maxWait: 500, strategy: 'timer' }))
      all.push(reply.json());
    const ping = { type: 'io.nats.micro.v1.ping_response', ...common(), metadata: {} };
    expect(all).toContainEqual(ping);
    expect(await ask(`$SRV.PING.${bus.prefix}-router`)).toEqual(ping);
    expect(await ask(`$SRV.PING.${bus.prefix}-router.${server.identity.id}`)).toEqual(ping);
  });

  it('tells what the service answers to', async () => {
    expect(await ask(`$SRV.INFO.${bus.prefix}-router`)).toMatchObject({
      type: 'io.nats.micro.v1.info_response',
      ...common(),
      description: 'Accepts tasks',
      endpoints: [{ name: 'submit', subject: `${bus.prefix}.rpc.router.submit`, queue_group: 'router' }],
    });
  });

  it('counts requests, errors and time', async () => {
    const rpc = new RpcClient(bus);
    await rpc.call(RouterService.method.submit, { agent: 'a', input: toValue(1) });
    await rpc.call(RouterService.method.submit, { agent: 'unknown', input: toValue(1) }).catch(() => undefined);
    const stats = await ask(`$SRV.STATS.${bus.prefix}-router`);
    expect(stats).toMatchObject({
      type: 'io.nats.micro.v1.stats_response',
      started: expect.stringMatching(/^\d{4}-.*Z$/),
      endpoints: [{ name: 'submit', num_requests: 2, num_errors: 1, last_error: 'agent.not_found' }],
    });
    expect(stats).toMatchObject({
      endpoints: [{ processing_time: expect.any(Number), average_processing_time: expect.any(Number) }],
    });
  });

  it('no longer finds a service that stopped', async () => {
    await stop();
    await expect(ask(`$SRV.PING.${bus.prefix}-router`)).rejects.toThrow(/no responders/i);
  });
});
