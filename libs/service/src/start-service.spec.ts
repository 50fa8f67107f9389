import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { Controller, Inject } from '@nestjs/common';
import { connectBus, RpcClient, type Bus } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { ExecWorkSchema, RouterService, toValue } from '@switchyard/contracts';
import { runMigrations, sql } from '@switchyard/persistence';
import { freePort, startNats } from '@switchyard/servers';
import { freshDatabase, waitFor } from '@switchyard/testing';
import { createLogger } from '@switchyard/telemetry';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, moduleOf, testConfig, testDefinition, testOwner } from './service.fixture.js';
import type { ServiceDefinition } from './service-definition.js';
import { startService, type RunningService, type StartOptions } from './start-service.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(definition: ServiceDefinition, options: StartOptions): Promise<RunningService> {
  const service = await startService(definition, options);
  closers.push(() => service.stop());
  return service;
}

async function client(config: Config): Promise<Bus> {
  const logger = createLogger('client', { level: 'silent' });
  const bus = await connectBus({ servers: config.natsUrl, prefix: config.prefix, name: 'client', logger });
  closers.push(() => bus.close());
  return bus;
}

async function database(): Promise<{ url: string; drop(): Promise<void> }> {
  const fresh = await freshDatabase();
  closers.push(() => fresh.drop());
  await runMigrations(fresh.url, [testOwner]);
  return fresh;
}

const submit = RouterService.method.submit;
const task = { agent: 'clerk', input: toValue('hello') };
const get = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

/** What comes back until the server closes the connection. */
function sendRaw(url: string, request: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) });
  return new Promise((resolve, reject) => {
    let received = '';
    socket.on('data', (chunk) => (received += chunk.toString('utf8')));
    socket.once('error', reject);
    socket.once('close', () => resolve(received));
    socket.write(request);
  });
}

describe('a started service', () => {
  it('answers requests, takes work, is found, and has everything injected', async () => {
    const config = await testConfig();
    const seen: string[] = [];
    await start(
      testDefinition('router', {
        work: async ({ runId }) => void seen.push(runId),
      }),
      { config },
    );
    const bus = await client(config);
    expect(await new RpcClient(bus).call(submit, task)).toMatchObject({ taskId: 'true', runId: 'clerk@router' });
    const work = { tenant: 't', runId: 'run_1', backend: 'router' };
    await bus.publish(bus.subjects.exec('router', 'run_1'), ExecWorkSchema, work);
    await waitFor(() => seen.length === 1);
    const ping = await bus.nc.request(`$SRV.PING.${config.prefix}-router`, '');
    expect(ping.json()).toMatchObject({ name: `${config.prefix}-router`, version: config.version });
  });

  it('says that it lives and is ready, and shows its metrics', async () => {
    const { url } = await database();
    const config = await testConfig({ DATABASE_URL: url });
    const service = await start(testDefinition('router', {}, { owner: testOwner }), { config, healthPort: 0 });
    expect(JSON.parse((await get(`${service.healthUrl}/health/live`)).text)).toMatchObject({
      status: 'live',
      service: 'router',
    });
    const ready = await get(`${service.healthUrl}/health/ready`);
    expect([ready.status, JSON.parse(ready.text)]).toMatchObject([
      200,
      { status: 'ready', checks: { nats: 'ok', postgres: 'ok' } },
    ]);
    const bus = await client(config);
    await new RpcClient(bus).call(submit, task);
    const { text } = await get(`${service.healthUrl}/metrics`);
    expect(text).toMatch(/switchyard_rpc_requests_total\{service="switchyard-router",method="submit",code="ok"\} \d+/);
    expect(text).toContain('process_resident_memory_bytes');
  });

  it('listens on nothing where no health port is given', async () => {
    const service = await start(testDefinition('router'), { config: await testConfig() });
    expect(service.healthUrl).toBeUndefined();
    expect(service.app.getHttpServer().listening).toBe(false);
  });

  it('is not ready when Postgres is gone, and says so', async () => {
    const fresh = await database();
    const config = await testConfig({ DATABASE_URL: fresh.url });
    const service = await start(testDefinition('router', {}, { owner: testOwner }), { config, healthPort: 0 });
    await fresh.drop();
    const ready = await get(`${service.healthUrl}/health/ready`);
    expect([ready.status, JSON.parse(ready.text)]).toMatchObject([
      503,
      { status: 'not ready', checks: { nats: 'ok' } },
    ]);
    expect(JSON.parse(ready.text).checks.postgres).not.toBe('ok');
    expect((await get(`${service.healthUrl}/health/live`)).status).toBe(200);
  });

  it('is not ready while NATS is gone, and is again when it is back', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-service-'));
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const port = await freePort();
    let nats = await startNats({ dataDir, port });
    closers.push(() => nats.stop());
    const config = await testConfig({ NATS_URL: nats.url });
    const service = await start(testDefinition('router'), { config, healthPort: 0 });
    const ready = async () => (await get(`${service.healthUrl}/health/ready`)).status;
    expect(await ready()).toBe(200);
    await nats.stop();
    await waitFor(async () => (await ready()) === 503);
    nats = await startNats({ dataDir, port });
    await waitFor(async () => (await ready()) === 200);
  });

  it('gives its database to who asks for it, with a pool of its own', async () => {
    const { url } = await database();
    const config = await testConfig({ DATABASE_URL: url });
    const found: unknown[] = [];
    @Controller()
    class NeedsDatabase {
      constructor(@Inject(DataSource) dataSource: DataSource) {
        found.push(dataSource);
      }
    }
    const definition = { name: 'memory', owner: testOwner, module: () => moduleOf([NeedsDatabase]) };
    await start(definition, { config });
    expect(found).toHaveLength(1);
    expect(await sql(found[0] as DataSource, 'SELECT count(*)::int AS n FROM service_test.things')).toEqual([{ n: 0 }]);
  });

  it('with an HTTP interface of its own listens where it says, with the health routes beside its own', async () => {
    @Controller()
    class Nothing {}
    const definition: ServiceDefinition = {
      name: 'gateway',
      http: 'own',
      module: () => moduleOf([Nothing]),
      configure: async (app) => {
        app
          .getHttpAdapter()
          .getInstance()
          .get('/own', async () => 'mine');
        return await Promise.resolve({ host: '127.0.0.1', port: 0 });
      },
    };
    const service = await start(definition, { config: await testConfig() });
    expect(await get(`${service.url}/own`)).toEqual({ status: 200, text: 'mine' });
    expect((await get(`${service.url}/health/ready`)).status).toBe(200);
    expect(service.healthUrl).toBe(service.url);
  });

  it.each([
    [
      'an address that cannot be decoded',
      'GET /%ZZ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'http.bad_request',
    ],
    ['what is no HTTP', 'hello\r\n\r\n', 400, 'http.bad_request'],
    ['an unknown method', 'FETCH / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http.bad_request'],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'http.headers_too_large',
    ],
  ])('answers %s with a coded error, as it does everything', async (_, request, status, code) => {
    const service = await start(testDefinition('router'), { config: await testConfig(), healthPort: 0 });
    const [head = '', body = ''] = (await sendRaw(service.healthUrl ?? '', request)).split('\r\n\r\n');
    expect(head.split(' ')[1]).toBe(String(status));
    expect(JSON.parse(body)).toMatchObject({ error: { code, retryable: false, details: {}, trace_id: '' } });
  });

  it('waits for no request longer than a minute', async () => {
    const service = await start(testDefinition('router'), { config: await testConfig(), healthPort: 0 });
    expect(service.app.getHttpServer()).toMatchObject({ requestTimeout: 60_000, headersTimeout: 60_000 });
  });

  it('lets work finish when it stops, then is gone', async () => {
    const config = await testConfig();
    let begun = false;
    let ended = false;
    let go: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (go = resolve));
    const service = await start(
      testDefinition('router', {
        work: async () => {
          begun = true;
          await opened;
          ended = true;
        },
      }),
      { config, healthPort: 0 },
    );
    const bus = await client(config);
    await bus.publish(bus.subjects.exec('router', 'run_1'), ExecWorkSchema, {
      tenant: 't',
      runId: 'run_1',
      backend: 'router',
    });
    await waitFor(() => begun);
    const stopped = service.stop();
    expect(service.stop()).toBe(stopped);
    const ready = await get(`${service.healthUrl}/health/ready`);
    expect([ready.status, JSON.parse(ready.text)]).toMatchObject([503, { status: 'stopping' }]);
    go();
    await stopped;
    expect(ended).toBe(true);
    await expect(new RpcClient(bus).call(submit, task)).rejects.toMatchObject({ code: 'rpc.unavailable' });
    await expect(get(`${service.healthUrl}/health/live`)).rejects.toThrow();
  });

  it('stops in good order when nobody receives its traces', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    const config = await testConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: nowhere });
    const service = await start(testDefinition('router'), { config });
    await new RpcClient(await client(config)).call(submit, task);
    await expect(service.stop()).resolves.toBeUndefined();
  });

  it('shares a process with others', async () => {
    const config = await testConfig();
    const names = ['one', 'two', 'three', 'four', 'five', 'six'];
    const services = await Promise.all(
      names.map((name) => {
        @Controller()
        class Empty {}
        return start({ name, module: () => moduleOf([Empty]) }, { config });
      }),
    );
    const bus = await client(config);
    for (const name of names) {
      expect((await bus.nc.request(`$SRV.PING.${config.prefix}-${name}`, '')).json()).toMatchObject({
        name: `${config.prefix}-${name}`,
      });
    }
    expect(services.map(({ name }) => name)).toEqual(names);
  });
});

describe('a service that cannot work', () => {
  it('says that NATS cannot be reached', async () => {
    const config = await testConfig({ NATS_URL: 'nats://127.0.0.1:1' });
    await expect(startService(testDefinition('router'), { config })).rejects.toMatchObject({
      code: 'bus.unreachable',
      message: expect.stringMatching(/127\.0\.0\.1:1.*NATS_URL/),
    });
  });

  it('says that Postgres cannot be reached', async () => {
    const config = await testConfig({ DATABASE_URL: 'postgres://x@127.0.0.1:1/x' });
    const boot = startService(testDefinition('router', {}, { owner: testOwner }), { config });
    await expect(boot).rejects.toMatchObject({ code: 'database.unavailable', retryable: true });
  });

  it('says which migrations are missing', async () => {
    const fresh = await freshDatabase();
    closers.push(() => fresh.drop());
    const config = await testConfig({ DATABASE_URL: fresh.url });
    const owned = startService(testDefinition('memory', {}, { owner: testOwner }), { config });
    await expect(owned).rejects.toMatchObject({
      code: 'database.not_migrated',
      message: expect.stringContaining('CreateThings1767225600000'),
    });
    await runMigrations(fresh.url, [testOwner]);
    const journaled = startService(testDefinition('router', {}, { owner: testOwner, usesJournal: true }), { config });
    await expect(journaled).rejects.toMatchObject({ code: 'database.not_migrated', details: { schema: 'journal' } });
  });

  it('says that its port is taken, and leaves nothing running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise((resolve) => other.close(resolve)));
    const address = other.address();
    const healthPort = typeof address === 'object' && address ? address.port : 0;
    const config = await testConfig();
    await expect(startService(testDefinition('router'), { config, healthPort })).rejects.toMatchObject({
      code: 'service.port_taken',
    });
    const bus = await client(config);
    await expect(new RpcClient(bus).call(submit, task)).rejects.toMatchObject({ code: 'rpc.unavailable' });
  });

  it('says that a kind of work has no handler', async () => {
    @Controller()
    class Nothing {}
    const definition = testDefinition('router', {}, { module: () => moduleOf([Nothing]) });
    await expect(startService(definition, { config: await testConfig() })).rejects.toMatchObject({
      code: 'work.no_handler',
    });
  });
});
