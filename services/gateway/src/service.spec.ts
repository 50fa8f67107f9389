import { afterEach, describe, expect, it } from '@jest/globals';
import { connectBus } from '@switchyard/bus';
import { loadConfig } from '@switchyard/config';
import { startService, type RunningService } from '@switchyard/service';
import { createLogger } from '@switchyard/telemetry';
import { freshPrefix, testServers } from '@switchyard/testing';
import { serviceDefinition } from './index.js';
import { EventStream } from './testing/event-stream.fixture.js';
import { LiveRun } from './testing/live-run.fixture.js';
import { StubServices } from './testing/stub-services.fixture.js';
import { RouterService } from '@switchyard/contracts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(): Promise<{ service: RunningService; url: string; prefix: string; natsUrl: string }> {
  const { natsUrl } = await testServers();
  const prefix = freshPrefix('gateway');
  const config = loadConfig({
    NATS_URL: natsUrl,
    SWITCHYARD_PREFIX: prefix,
    SWITCHYARD_GATEWAY_PORT: '0',
    SWITCHYARD_LOG_LEVEL: 'silent',
  });
  const service = await startService(serviceDefinition, { config });
  closers.push(() => service.stop());
  if (!service.url) throw new Error('It listens nowhere');
  return { service, url: service.url, prefix, natsUrl };
}

describe('the gateway as a service', () => {
  it('needs no database, and answers for its health and metrics without a key', async () => {
    const { url } = await start();
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'ready', checks: { nats: 'ok' } }),
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    await fetch(`${url}/v1/runs`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/switchyard_gateway_requests_total\{method="GET",route="\/v1\/runs",status="401"\} 1/);
  });

  it('keeps its other routes behind a key', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/v1/system`)).status).toBe(401);
  });

  it('stops with a stream open; its reader sees the end', async () => {
    const { service, url, prefix, natsUrl } = await start();
    const bus = await connectBus({
      servers: natsUrl,
      name: 'others',
      prefix,
      logger: createLogger('others', { level: 'silent' }),
    });
    closers.push(() => bus.close());
    const services = new StubServices(bus);
    services.answer(RouterService.method.verifyKey, () => ({
      id: 'key_1',
      tenant: 'acme',
      name: 'k',
      scopes: ['read'],
    }));
    const run = new LiveRun(bus, services, 'run_1');
    await services.settled();
    const stream = await EventStream.open(url, `/v1/runs/${run.id}/events`);
    await stream.until(({ ids }) => ids.length === 1, 'the journal');
    await service.stop();
    await stream.until(({ ended }) => ended, 'the end');
  });
});
