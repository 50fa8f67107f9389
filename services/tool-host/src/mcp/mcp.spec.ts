import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, McpSettingsSchema, type JsonObject, type ToolServer } from '@switchyard/contracts';
import { startTelemetry, withSpan } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { CallHosts, callOf, effectsDatabase, type CallHost, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { HttpFixture, stdioServer } from './mcp-server.fixture.js';
import { MAX_MESSAGE_BYTES } from './mcp-transport.js';

let effects: EffectsDatabase;
let folder: string;
const hosts = new CallHosts(() => effects);
let fixtures: HttpFixture[] = [];

beforeAll(async () => {
  effects = await effectsDatabase();
  startTelemetry({ service: 'tool-host-test', version: '0' });
});
afterAll(() => effects.drop());
afterEach(async () => {
  await hosts.stop();
  await Promise.all(fixtures.map((fixture) => fixture.kill()));
  fixtures = [];
  await effects.dataSource.query('DELETE FROM effects.tool_servers');
  if (folder) await rm(folder, { recursive: true, force: true });
});

const startHost = (environment: Readonly<Record<string, string>> = {}): Promise<CallHost> =>
  hosts.start([{ name: 'calculator', effect: 'pure' }], environment);
const startFixture = async (env: Readonly<Record<string, string>> = {}): Promise<HttpFixture> => {
  const fixture = new HttpFixture(env);
  fixtures.push(fixture);
  return fixture.start();
};
const connected = async (server: ToolServer): Promise<CallHost> => {
  const host = await startHost();
  const { connection } = await host.servers.apply(server);
  // A busy machine may need more than the time that applying waits to start a program.
  await waitFor(() => connection?.status === 'connected' || connection?.lastError, {
    describe: 'the first connection',
  });
  expect([connection?.status, connection?.lastError]).toEqual(['connected', undefined]);
  return host;
};
const use = (host: CallHost, tool: string, args: JsonObject = {}) =>
  host.calls.perform(callOf(tool, { arguments: args }));
const temporary = async (name: string): Promise<string> => {
  folder = await mkdtemp(join(tmpdir(), 'tool-host-mcp-'));
  return join(folder, name);
};
const textOf = ({ content }: { content: readonly JsonObject[] }) => String(content[0]?.['text']);

const TRANSPORTS: [string, () => Promise<ToolServer>][] = [
  ['stdio', async () => stdioServer('fix')],
  ['stdio, 2025 revision only', async () => stdioServer('fix', {}, '--legacy')],
  ['streamable HTTP', async () => (await startFixture()).server('fix')],
];

describe.each(TRANSPORTS)('an MCP server over %s', (_, serve) => {
  it('is listed and called, its errors are results, and the trace arrives in _meta', async () => {
    const host = await connected(await serve());
    const names = (await host.catalog.list(['fix.*'])).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names).toEqual(expect.arrayContaining(['fix_add', 'fix_odd_name_with_spaces', 'fix_send']));

    expect(await use(host, 'fix_add', { a: 2, b: 3 })).toMatchObject({
      status: 'ok',
      content: [{ type: 'text', text: '5' }],
    });
    expect(await use(host, 'fix.add', { a: 2, b: 3 })).toMatchObject({ status: 'ok' });
    expect(textOf(await use(host, 'fix_odd_name_with_spaces'))).toBe('odd');
    expect(await use(host, 'fix_fails')).toMatchObject({
      status: 'error',
      error: { code: 'tool.failed', message: 'no luck' },
    });
    expect(await use(host, 'fix_throws')).toMatchObject({ status: 'error', error: { code: 'tool.failed' } });
    expect((await use(host, 'fix_throws')).error?.message).toContain('thrown inside');
    expect(await use(host, 'fix_image')).toMatchObject({
      content: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }],
    });
    expect(textOf(await use(host, 'fix_structured'))).toBe('{"answer":42}');

    const meta = await withSpan('test', {}, (span) =>
      use(host, 'fix_meta').then((result) => ({ span: span.spanContext(), result })),
    );
    const { traceparent } = JSON.parse(textOf(meta.result)) as { traceparent: string };
    expect(traceparent).toMatch(new RegExp(`^00-${meta.span.traceId}-[0-9a-f]{16}-`));
  });

  it('is held to the schema of its results', async () => {
    const host = await connected(await serve());
    expect(host.catalog.definitionOf('fix_quote')).toMatchObject({ resultSchema: { required: ['price'] } });
    expect(await use(host, 'fix_quote', { honest: true })).toMatchObject({
      status: 'ok',
      content: [{ text: 'a price' }],
    });
    expect(await use(host, 'fix_quote', { honest: false })).toMatchObject({
      status: 'error',
      error: { code: 'tool.invalid_result', message: expect.stringContaining('/price must be number') },
    });
  });

  it('gets the call id as its idempotency key: the same at every attempt, another for every call', async () => {
    const host = await connected(await serve());
    const keyOf = async (call: ReturnType<typeof callOf>) => {
      const meta = JSON.parse(textOf(await host.calls.perform(call))) as Record<string, unknown>;
      return meta['switchyard/idempotency_key'];
    };
    const [call, other] = [callOf('fix_meta'), callOf('fix_meta')];
    expect(await keyOf(call)).toBe(call.callId);
    // As after a crash: the call is begun, and its host is gone.
    await host.dataSource.query(
      `UPDATE effects.calls SET status = 'started', effect = 'idempotent', result = NULL, host = 'gone' WHERE call_id = $1`,
      [call.callId],
    );
    expect(await keyOf(call)).toBe(call.callId);
    expect(await keyOf(other)).toBe(other.callId);
  });

  it('gets no arguments that do not fit', async () => {
    const host = await connected(await serve());
    const result = await use(host, 'fix_add', { a: 'two' });
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.invalid_arguments' } });
    expect(result.error?.message).toMatch(
      /\/a must be number.*required property 'b'|required property 'b'.*\/a must be number/,
    );
  });

  it('is cancelled when the run is, and the tool hears of it', async () => {
    const log = await temporary('log');
    const host = await connected(await serve());
    const call = callOf('fix_slow', { arguments: { log } });
    const running = host.calls.perform(call);
    await waitFor(async () => (await readFile(log, 'utf8')).includes('began'), { describe: 'the tool to begin' });
    host.calls.cancel(call.runId);
    expect(await running).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
    await waitFor(async () => (await readFile(log, 'utf8')).includes('cancelled'), {
      describe: 'the server to hear of it',
    });
  });

  it('that does not answer in time is left, and serves the next call', async () => {
    const server = await serve();
    server.timeoutMs = 300;
    const host = await connected(server);
    expect(await use(host, 'fix_slow')).toMatchObject({ status: 'error', error: { code: 'tool.timeout' } });
    expect(await use(host, 'fix_add', { a: 1, b: 1 })).toMatchObject({ status: 'ok' });
  });

  it('that reports progress may take longer than its time-out, but not for ever', async () => {
    const server = await serve();
    server.timeoutMs = 1_500;
    server.mcp = create(McpSettingsSchema, { longestMs: 4_000 });
    const host = await connected(server);
    expect(await use(host, 'fix_progress', { every_ms: 150, times: 15 })).toMatchObject({ status: 'ok' });
    const endless = await use(host, 'fix_progress', { every_ms: 150, times: 1_000 });
    expect(endless).toMatchObject({ status: 'error', error: { code: 'tool.timeout' } });
  });

  it('answers with more than a message may hold: that answer is lost, and the next call is served', async () => {
    const host = await connected(await serve());
    expect(await use(host, 'fix_big', { bytes: 12_000_000 })).toMatchObject({ status: 'ok', truncated: true });
    const flood = await use(host, 'fix_big', { bytes: MAX_MESSAGE_BYTES });
    expect(flood).toMatchObject({ status: 'error', error: { code: 'tool.output_too_large', retryable: false } });
    expect(flood.error?.message).toContain('16 MiB');
    expect(await use(host, 'fix_add', { a: 1, b: 1 })).toMatchObject({ status: 'ok' });
  });

  it('whose answer is megabytes is cut', async () => {
    const host = await connected(await serve());
    const result = await use(host, 'fix_big', { bytes: 3_000_000 });
    expect(result.truncated).toBe(true);
    expect(textOf(result)).toContain('2900000 characters are left out here, of 3000000');
    expect(textOf(result).length).toBeLessThan(101_000);
  });

  it('with schemas that cannot be used keeps its other tools, and says which are disabled and why', async () => {
    const host = await connected(await serve());
    const names = (await host.catalog.list(['fix.*'])).map(({ name }) => name);
    expect(names).not.toContain('fix_bad_schema');
    expect(names).not.toContain('fix_remote_schema');
    await expect(host.catalog.list(['fix_bad_schema'])).rejects.toMatchObject({ code: 'tool.disabled' });
    expect(await use(host, 'fix_remote_schema')).toMatchObject({ status: 'error', error: { code: 'tool.disabled' } });
    expect(host.catalog.faultsOf('fix')?.message).toMatch(/2 of its tools.*fix_bad_schema.*fix_remote_schema/);
  });

  it('that adds a tool is listed again by itself', async () => {
    const host = await connected(await serve());
    const before = host.catalog.definitionOf('fix_grown');
    expect(before).toBeUndefined();
    await use(host, 'fix_grow');
    await waitFor(() => host.catalog.definitionOf('fix_grown'), { describe: 'the new tool' });
    expect(textOf(await use(host, 'fix_grown'))).toBe('grown');
  });
});

describe('a program as an MCP server', () => {
  it('that dies is started again, and the calls go on', async () => {
    const host = await connected(stdioServer('fix'));
    const first = Number(textOf(await use(host, 'fix_pid')));
    process.kill(first, 'SIGKILL');
    const second = await waitFor(
      async () => {
        const result = await use(host, 'fix_pid');
        return result.status === 'ok' && Number(textOf(result)) !== first ? Number(textOf(result)) : 0;
      },
      { describe: 'another process' },
    );
    expect(second).not.toBe(first);
    expect(host.servers.servers()[0]?.connection?.status).toBe('connected');
  });

  it('that dies in the middle of an irreversible call leaves it unknown; the call is not sent again', async () => {
    const file = await temporary('effects');
    const host = await connected(stdioServer('fix'));
    const call = callOf('fix_send', { arguments: { file, die: true } });
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown', error: { code: 'tool.disconnected' } });
    await waitFor(async () => (await use(host, 'fix_add', { a: 1, b: 1 })).status === 'ok');
    expect(await host.calls.perform(call)).toMatchObject({ status: 'unknown', repeatedCall: true });
    expect(await readFile(file, 'utf8')).toBe('sent\n');
  });

  it('that dies in the middle of an idempotent call is given it again, under the same key', async () => {
    const file = await temporary('effects');
    const host = await connected(stdioServer('fix'));
    const call = callOf('fix_put', { arguments: { file } });
    expect(await host.calls.perform(call)).toMatchObject({ status: 'ok', content: [{ text: 'put' }] });
    expect(await readFile(file, 'utf8')).toBe(`${call.callId}\n${call.callId}\n`);
  });

  it('gets the variables that are named, and no other', async () => {
    process.env['FIXTURE_KEY'] = 'key-of-the-fixture';
    process.env['FIXTURE_OTHER'] = 'other';
    const host = await connected(stdioServer('fix', { env: ['FIXTURE_KEY'] }));
    // It has it, and an agent does not read it.
    expect(textOf(await use(host, 'fix_environment', { name: 'FIXTURE_KEY' }))).toBe('[secret FIXTURE_KEY]');
    expect(textOf(await use(host, 'fix_environment', { name: 'FIXTURE_OTHER' }))).toBe('(not set)');
    expect(textOf(await use(host, 'fix_environment', { name: 'PATH' }))).not.toBe('(not set)');
  });

  it('that cannot start says what it last wrote, without the secret it was given', async () => {
    process.env['FIXTURE_KEY'] = 'key-of-the-fixture';
    const host = await startHost();
    const { connection } = await host.servers.apply(stdioServer('fix', { env: ['FIXTURE_KEY'] }, '--broken'));
    expect(connection?.status).toBe('failing');
    expect(connection?.lastError?.message).toContain('cannot start: the key [secret FIXTURE_KEY] is wrong');
    expect(connection?.lastError?.message).not.toContain('key-of-the-fixture');
    const stored = await waitFor(
      async () => (await effects.dataSource.query('SELECT last_error FROM effects.tool_servers'))[0]?.last_error,
    );
    expect(JSON.stringify(stored)).not.toContain('key-of-the-fixture');
    expect(await use(host, 'fix_add')).toMatchObject({ status: 'error', error: { code: 'tool.unavailable' } });
    await expect(host.catalog.list(['fix.*'])).rejects.toMatchObject({ code: 'tool.unavailable', retryable: true });
  });

  it('that wrote a secret where its last words are cut shows no half of it', async () => {
    process.env['FIXTURE_KEY'] = 'key-of-the-fixture-'.repeat(30);
    const host = await startHost();
    const { connection } = await host.servers.apply(stdioServer('fix', { env: ['FIXTURE_KEY'] }, '--broken', '--long'));
    expect(connection?.lastError?.message).toContain('words words');
    expect(connection?.lastError?.message).not.toContain('fixture');
  });

  it('that does not exist, or lacks a variable, is failing with the reason', async () => {
    const host = await startHost();
    const missing = await host.servers.apply(stdioServer('gone', { command: '/no/such/program', args: [] }));
    expect(missing.connection?.lastError).toMatchObject({ code: 'tool.unavailable' });
    expect(missing.connection?.lastError?.message).toContain('ENOENT');
    await expect(host.catalog.list(['gone.*'])).rejects.toThrow(
      /^The tool server "gone" cannot be reached: (?!The tool server)/,
    );
    const bare = await host.servers.apply(stdioServer('bare', { env: ['SURELY_NOT_SET'] }));
    expect(bare.connection?.lastError).toMatchObject({ code: 'tool_server.env_missing' });
  });

  it('ends with the host', async () => {
    const host = await connected(stdioServer('fix'));
    const pid = Number(textOf(await use(host, 'fix_pid')));
    await host.stop();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

describe('an MCP server over HTTP', () => {
  it('that goes away and comes back is used again; a call that never reached it is no doubt', async () => {
    const fixture = await startFixture();
    const file = await temporary('effects');
    const host = await connected(fixture.server('fix'));
    expect(await use(host, 'fix_add', { a: 1, b: 1 })).toMatchObject({ status: 'ok' });
    await fixture.kill();
    expect(await use(host, 'fix_send', { file })).toMatchObject({
      status: 'error',
      error: { code: 'tool.unavailable', retryable: true },
    });
    await fixture.start();
    await waitFor(async () => (await use(host, 'fix_send', { file })).status === 'ok', {
      describe: 'the server to be used again',
    });
    expect(await readFile(file, 'utf8')).toBe('sent\n');
  });

  it('that was away when a host came is used by the first call after it is back', async () => {
    const fixture = await startFixture();
    await connected(fixture.server('fix'));
    await waitFor(
      async () => (await effects.dataSource.query(`SELECT 1 FROM effects.tool_servers WHERE tools <> '[]'`)).length > 0,
    );
    await fixture.kill();
    const fresh = await startHost();
    await waitFor(() => fresh.servers.servers()[0]?.connection?.status === 'failing', {
      describe: 'the host to miss it',
    });
    await fixture.start();
    expect(await use(fresh, 'fix_add', { a: 20, b: 1 })).toMatchObject({ status: 'ok' });
  });

  it('that is restarted between two calls is used without a failure', async () => {
    const fixture = await startFixture();
    const host = await connected(fixture.server('fix'));
    await fixture.kill();
    await fixture.start();
    expect(await use(host, 'fix_add', { a: 20, b: 1 })).toMatchObject({ status: 'ok' });
  });

  it('gets its headers from the environment; without them it refuses, and we say so', async () => {
    process.env['FIXTURE_TOKEN'] = 'Bearer of-the-fixture';
    const fixture = await startFixture({ FIXTURE_AUTHORIZATION: 'Bearer of-the-fixture' });
    const host = await connected(fixture.server('fix', { headerEnv: { authorization: 'FIXTURE_TOKEN' } }));
    expect(await use(host, 'fix_add', { a: 1, b: 1 })).toMatchObject({ status: 'ok' });
    const { connection } = await host.servers.apply(fixture.server('bare'));
    expect(connection?.status).toBe('failing');
    const rows: unknown = await effects.dataSource.query('SELECT * FROM effects.tool_servers');
    expect(JSON.stringify(rows)).not.toContain('of-the-fixture');
  });
});

describe('the servers of a pool', () => {
  it('that were applied at one host are connected to by the others of the pool, and dropped again', async () => {
    const [a, b] = [await startHost(), await startHost()];
    await a.servers.apply(stdioServer('fix'));
    expect(await use(b, 'fix_add', { a: 1, b: 2 })).toMatchObject({ status: 'ok' });
    await a.servers.remove('fix');
    await b.servers.reconcile();
    expect(await use(b, 'fix_add', { a: 1, b: 3 })).toMatchObject({ error: { code: 'tool.not_found' } });
    await expect(b.servers.remove('fix')).rejects.toMatchObject({ code: 'tool_server.not_found' });
  });

  it('are known by name and schema to the hosts of other pools, which do not connect to them', async () => {
    const [a, b] = [await startHost(), await startHost({ SWITCHYARD_TOOL_POOL: 'other' })];
    await a.servers.apply(stdioServer('fix'));
    await waitFor(async () => (await b.catalog.list([])).some(({ name }) => name === 'fix_add'), {
      describe: 'the record of the tools',
    });
    expect(b.catalog.definitionOf('fix_add')).toMatchObject({ pool: 'default', source: 'mcp:fix', effect: 'pure' });
    expect(b.servers.servers()[0]?.connection).toBeUndefined();
    expect(await use(b, 'fix_add', { a: 1, b: 1 })).toMatchObject({ error: { code: 'tool.unavailable' } });
  });

  it('are still named while they are away, from what was last seen', async () => {
    const a = await connected(stdioServer('fix'));
    await waitFor(
      async () => (await effects.dataSource.query(`SELECT 1 FROM effects.tool_servers WHERE tools <> '[]'`)).length > 0,
    );
    await a.stop();
    await effects.dataSource.query(
      `UPDATE effects.tool_servers SET definition = jsonb_set(definition, '{command}', '"/no/such/program"')`,
    );
    const b = await startHost();
    expect((await b.catalog.list(['fix_add']))[0]).toMatchObject({ name: 'fix_add' });
    expect(await use(b, 'fix_add', { a: 1, b: 1 })).toMatchObject({
      status: 'error',
      error: { code: 'tool.unavailable', retryable: true },
    });
  });

  it('take their effect classes from the hints, and from the operator above all', async () => {
    const host = await connected(stdioServer('fix', { effects: { send: 'idempotent', add: 'irreversible' } }));
    const effect = (name: string) => host.catalog.definitionOf(name)?.effect;
    expect([effect('fix_meta'), effect('fix_slow'), effect('fix_send'), effect('fix_add')]).toEqual([
      'pure',
      'idempotent',
      'idempotent',
      'irreversible',
    ]);
  });

  it('that would give two tools one name: the second is disabled and says so', async () => {
    const host = await connected(stdioServer('fix', {}, '--tool=b_c'));
    await host.servers.apply(stdioServer('fix_b', {}, '--tool=c'));
    expect(host.catalog.definitionOf('fix_b_c')?.source).toBe('mcp:fix');
    expect(host.catalog.faultsOf('fix_b')?.message).toContain('fix_b.c and fix.b_c would both be called "fix_b_c"');
    expect(await use(host, 'fix_b.c')).toMatchObject({ status: 'error', error: { code: 'tool.disabled' } });
    expect(await use(host, 'fix.b_c')).toMatchObject({ status: 'ok' });
    expect((await host.catalog.list(['fix_b.*'])).map(({ name }) => name)).toContain('fix_b_add');
  });

  it.each([
    [{ kind: 'mcp-stdio', command: '' }, /no command/],
    [{ args: ['a\0b'] }, /NUL/],
    [{ kind: 'mcp-http', url: 'http://x/', headerEnv: { 'bad\r\nname': 'HOME' } }, /no name of a header/],
    [{ kind: 'mcp-http', url: 'ftp://x/' }, /no http or https/],
    [{ kind: 'mcp-http', url: 'http://user:pass@x/' }, /credentials/],
    [{ env: ['A=B'] }, /no name of an environment variable/],
    [{ env: ['DATABASE_URL'] }, /platform's own/],
    [{ effects: { add: 'harmless' } }, /effect/],
    [{ timeoutMs: 99_999_999 }, /timeout/],
  ])('refuse %j', async (init, reason) => {
    const host = await startHost();
    const applied = host.servers.apply(stdioServer('fix', init));
    await expect(applied).rejects.toMatchObject({ code: 'tool_server.invalid' });
    await expect(applied).rejects.toThrow(reason);
  });
});
