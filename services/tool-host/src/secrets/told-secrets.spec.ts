import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { newId, ToolHostService, type ToolResult } from '@switchyard/contracts';
import { logTo } from '@switchyard/telemetry';
import { freshDatabase, waitFor, type FreshDatabase } from '@switchyard/testing';
import pg from 'pg';
import { ApiFixture, json } from '../openapi/api.fixture.js';
import { ToolHosts } from '../tool-host.fixture.js';
import { setSecret, wholeDatabase } from './secrets.fixture.js';

const SERVER = fileURLToPath(new URL('../../test/telling-server.mjs', import.meta.url));
const SECRET = `s3cret/of+"all" ${randomBytes(6).toString('hex')}`;
const VARIABLE = `variable-${randomBytes(6).toString('hex')}`;
const PASSWORD = `password-${randomBytes(6).toString('hex')}`;

let hosts: ToolHosts;
let api: ApiFixture;
let collector: Server;
let program: ChildProcess;
let folder: string;
let reader: string;
let books: FreshDatabase;
const messages: string[] = [];
const spans: string[] = [];

/** One of each kind, all of which tell what they were given wherever they can. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'told-secrets-'));
  logTo(join(folder, 'log'));
  collector = createServer((request, response) => {
    void buffer(request).then((body) => {
      spans.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString());
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  hosts = await ToolHosts.create();
  hosts.bus.nc.subscribe('>', {
    callback: (_, message) => {
      // The one message that a secret is in: it is set by it.
      if (!message.subject.endsWith('.set_secret')) messages.push(`${message.subject} ${message.string()}`);
    },
  });
  reader = `reader_${randomBytes(4).toString('hex')}`;
  books = await freshDatabase();
  const admin = new pg.Client({ connectionString: books.url });
  await admin.connect();
  await admin.query(
    `CREATE ROLE ${reader} LOGIN PASSWORD '${PASSWORD}'; CREATE TABLE told AS SELECT '${PASSWORD}' AS it`,
  );
  await admin.query(`GRANT SELECT ON told TO ${reader}`);
  await admin.end();
  process.env['TELL'] = VARIABLE;
  await hosts.start({
    SWITCHYARD_SECRET_KEY: randomBytes(32).toString('base64'),
    SWITCHYARD_LOG_LEVEL: 'trace',
    SWITCHYARD_SQL_CONNECTIONS: 'books=secret:BOOKS',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
  });
  const address = new URL(books.url);
  [address.username, address.password] = [reader, PASSWORD];
  await setSecret(hosts, { name: 'TOLD', value: SECRET, usedBy: ['piped', 'remote', 'shop'] });
  await setSecret(hosts, { name: 'BOOKS', value: address.href, usedBy: ['sql_query'] });
  await startServers();
}, 120_000);

afterAll(async () => {
  delete process.env['TELL'];
  program.kill('SIGKILL');
  await hosts.close();
  await api.stop();
  await books.drop();
  collector.closeAllConnections();
  collector.close();
  await rm(folder, { recursive: true });
});

async function startServers(): Promise<void> {
  program = spawn(process.execPath, [SERVER, '--http'], {
    env: { ...process.env, TELL: SECRET },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (!program.stdout) throw new Error('The program has no output.');
  const [port] = (await once(createInterface({ input: program.stdout }), 'line')) as [string];
  api = await ApiFixture.start();
  api.document = {
    openapi: '3.1.0',
    info: { title: SECRET, version: '1' },
    paths: {
      '/told': { get: { operationId: 'told', description: `Tells ${SECRET}`, security: [{ key: [] }] } },
      '/failed': { get: { operationId: 'failed', security: [{ key: [] }] } },
    },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  };
  const told = { bearer: `Bearer ${SECRET}`, encoded: Buffer.from(`x${SECRET}`).toString('base64') };
  api.answers.set('GET /told', (_, response) => json(response, 200, told));
  api.answers.set('GET /failed', (_, response) => json(response, 500, told));
  const piped = { kind: 'mcp-stdio', command: process.execPath, args: [SERVER] };
  for (const server of [
    { name: 'piped', ...piped, env: ['TELL=secret:TOLD'] },
    { name: 'named', ...piped, env: ['TELL'] },
    {
      name: 'remote',
      kind: 'mcp-http',
      url: `http://127.0.0.1:${port}/mcp`,
      headerEnv: { 'X-Key': 'secret:TOLD' },
    },
    api.definition('shop', { auth: { key: { env: 'secret:TOLD' } } }),
  ])
    expect(await hosts.rpc.call(ToolHostService.method.applyServer, server)).toMatchObject({ status: 'connected' });
}

const call = (tool: string, args: Record<string, string> = {}): Promise<ToolResult> =>
  hosts.rpc.call(ToolHostService.method.callTool, { tenant: 'default', callId: newId('call'), tool, arguments: args });

const telling = (secret: string): string[] => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  ...[0, 1, 2].map((at) => Buffer.from(secret.slice(at, at + 18)).toString('base64')),
];

it('what servers of every kind tell of their secrets is in no table, message, log, span or answer', async () => {
  const answers: ToolResult[] = [];
  for (const server of ['piped', 'named', 'remote'])
    for (const tool of ['result', 'failed', 'thrown', 'image', 'progress', ...(server === 'remote' ? [] : ['dies'])])
      answers.push(await call(`${server}_${tool}`));
  answers.push(await call('shop_told'), await call('shop_failed'));
  answers.push(await call('sql_query', { sql: 'SELECT it FROM told' }));
  answers.push(await call('sql_query', { sql: 'SELECT it::int FROM told' }));
  // They did tell: it is not for want of that.
  const names = JSON.stringify(answers.map(({ content, error }) => [content, error?.message]));
  for (const name of ['TOLD', 'TELL', 'BOOKS']) expect(names).toContain(`[secret ${name}]`);
  const listed = await hosts.rpc.call(ToolHostService.method.listTools, { tenant: 'default', names: [] });
  expect(listed.tools.find(({ name }) => name === 'shop_told')?.description).toContain('Tells [secret TOLD]');
  const servers = await hosts.rpc.call(ToolHostService.method.listServers, {});
  await waitFor(() => spans.join().includes('execute_tool shop_told'), {
    describe: 'the spans to come',
    timeoutMs: 20_000,
  });
  const everything = {
    answers: JSON.stringify([answers, listed, servers], (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
    database: await wholeDatabase(hosts),
    messages: messages.join('\n'),
    logs: await readFile(join(folder, 'log'), 'utf8'),
    spans: spans.join('\n'),
  };
  expect(everything.logs).toContain('piped');
  expect(everything.messages).toContain('shop_told');
  for (const [place, text] of Object.entries(everything))
    for (const secret of [SECRET, VARIABLE, PASSWORD])
      for (const form of telling(secret)) expect([place, text.includes(form)]).toEqual([place, false]);
}, 120_000);
