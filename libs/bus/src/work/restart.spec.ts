import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Inject } from '@nestjs/common';
import { ExecWorkSchema, RouterService, toValue, type ExecWork } from '@switchyard/contracts';
import { freePort, startNats, type NatsServer } from '@switchyard/servers';
import { waitFor } from '@switchyard/testing';
import { messagesIn, Scope, testBus, testService } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { RpcClient } from '../rpc/rpc-client.js';
import { RpcServer } from '../rpc/rpc-server.js';
import { Rpc } from '../rpc/rpc.decorator.js';
import { streamName } from '../streams/stream-specs.js';
import { WorkServer } from './work-server.js';
import { Work } from './work.decorator.js';

class Seen {
  readonly runs: string[] = [];
}

@Controller()
class Service {
  constructor(@Inject(Seen) private readonly seen: Seen) {}

  @Work('exec', ExecWorkSchema)
  async work({ runId }: ExecWork): Promise<void> {
    this.seen.runs.push(runId);
    await Promise.resolve();
  }

  @Rpc(RouterService.method.submit)
  async submit() {
    return await Promise.resolve({ runId: 'run_1' });
  }
}

const scope = new Scope();
let dataDir: string;
let port: number;
let nats: NatsServer;
let bus: Bus;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bus-'));
  scope.defer(() => rm(dataDir, { recursive: true, force: true }));
  port = await freePort();
  nats = await startNats({ dataDir, port });
  scope.defer(() => nats.stop());
  bus = await testBus(scope, { servers: nats.url });
});
afterEach(() => scope.close());

const publish = (run: string) =>
  bus.publish(bus.subjects.exec('a', run), ExecWorkSchema, { tenant: 't', runId: run, backend: 'a' });

const created = async () => {
  const manager = await bus.js.jetstreamManager(false);
  return (await manager.streams.info(streamName(bus.prefix, 'EXEC'))).created;
};

async function serve(): Promise<Seen> {
  const seen = new Seen();
  const providers = [{ provide: Seen, useValue: seen }];
  const consumers = [{ kind: 'exec' as const, durable: 'a', filters: [bus.subjects.exec('a', '*')], concurrency: 2 }];
  await testService(scope, new WorkServer(bus, { consumers }), { controllers: [Service], providers });
  await testService(scope, new RpcServer(bus, { service: 'router', version: '1.0.0' }), {
    controllers: [Service],
    providers,
  });
  return seen;
}

describe('when NATS is restarted', () => {
  it('handlers of work and of requests go on', async () => {
    const seen = await serve();
    await publish('run_1');
    await waitFor(() => seen.runs.length === 1);
    await nats.stop();
    nats = await startNats({ dataDir, port });
    await waitFor(() => publish('run_2'), { describe: 'publishing to work again' });
    await waitFor(() => seen.runs.includes('run_2'));
    const reply = await new RpcClient(bus).call(RouterService.method.submit, { agent: 'a', input: toValue(1) });
    expect(reply.runId).toBe('run_1');
    await waitFor(async () => (await messagesIn(bus, 'EXEC')) === 0);
  });

  it('with an empty store, streams and consumers are made again and work goes on', async () => {
    const seen = await serve();
    await publish('run_1');
    await waitFor(() => seen.runs.length === 1);
    const before = await created();
    await nats.stop();
    await rm(join(dataDir, 'store'), { recursive: true, force: true });
    nats = await startNats({ dataDir, port });
    await waitFor(() => publish('run_2'), { describe: 'publishing to work again' });
    await waitFor(() => seen.runs.includes('run_2'));
    expect(await created()).not.toBe(before);
  });

  it('a stop does not wait for a server that is away', async () => {
    const seen = await serve();
    await publish('run_1');
    await waitFor(() => seen.runs.length === 1);
    await nats.stop();
    await waitFor(() => !bus.connection.isUp);
    // The server never comes back: a stop that waits for it has no end.
    await scope.close();
    expect(bus.nc.isClosed()).toBe(true);
  });

  it('a publish that comes while it is away waits for it, and fails with a reason when it stays away', async () => {
    await nats.stop();
    await waitFor(() => !bus.connection.isUp);
    const waiting = publish('run_1');
    nats = await startNats({ dataDir, port });
    await expect(waiting).resolves.toMatchObject({ duplicate: false });
    await nats.stop();
    await waitFor(() => !bus.connection.isUp);
    await expect(publish('run_2')).rejects.toMatchObject({ code: 'bus.unavailable', retryable: true });
    nats = await startNats({ dataDir, port });
  });
});
