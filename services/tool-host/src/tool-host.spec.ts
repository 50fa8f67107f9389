import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@switchyard/config';
import {
  CancelNoticeSchema,
  decode,
  DeadLetterSchema,
  ExecWorkSchema,
  newId,
  ToolCallSchema,
  ToolHostService,
  ToolResultSchema,
  ToolWorkSchema,
  type DeadLetter,
  type ExecWork,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import type { RunningService } from '@switchyard/service';
import { withSpan } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { createBuiltins } from './builtin/builtins.js';
import { stdioServer } from './mcp/mcp-server.fixture.js';
import { noSecrets } from './secrets/no-secrets.fixture.js';
import { ToolHosts } from './tool-host.fixture.js';

let hosts: ToolHosts;
let first: RunningService;
/** Holds every request until it is told to answer. */
let slowSite: Server;
let slowUrl: string;
const waiting: (() => void)[] = [];

beforeAll(async () => {
  slowSite = createServer((_, response) => {
    waiting.push(() => response.writeHead(200, { 'content-type': 'text/plain' }).end('at last'));
  });
  await new Promise<void>((resolve) => slowSite.listen(0, '127.0.0.1', resolve));
  slowUrl = `127.0.0.1:${(slowSite.address() as AddressInfo).port}`;
  hosts = await ToolHosts.create();
  first = await hosts.start({ SWITCHYARD_FETCH_ALLOW: slowUrl });
  await hosts.start({ SWITCHYARD_FETCH_ALLOW: slowUrl });
  await hosts.start({ SWITCHYARD_TOOL_POOL: 'other' });
});
afterAll(async () => {
  await hosts.close();
  slowSite.closeAllConnections();
  slowSite.close();
});

const callOf = (tool: string, args: JsonObject = {}, init: MessageInitShape<typeof ToolCallSchema> = {}) => ({
  tenant: 'default',
  runId: newId('run'),
  callId: newId('call'),
  tool,
  arguments: args,
  ...init,
});
const ask = (call: MessageInitShape<typeof ToolCallSchema>) =>
  hosts.bus.request(hosts.bus.subjects.toolRpc('default'), ToolCallSchema, ToolResultSchema, call, {
    timeoutMs: 20_000,
  });

describe('the fast path', () => {
  it('answers plain JSON from any NATS client', async () => {
    const body = JSON.stringify({
      tenant: 'default',
      call_id: newId('call'),
      tool: 'calculator',
      arguments: { expression: '(12 + 30) * 2' },
    });
    const reply = await hosts.bus.nc.request(`${hosts.prefix}.rpc.tool.default`, body, { timeout: 5_000 });
    expect(reply.json()).toMatchObject({ status: 'ok', content: [{ type: 'text', text: '84' }] });
  });

  it('gives the recorded result for the same call id, whichever host is asked', async () => {
    const call = callOf('file_write', { path: 'a.txt', content: 'once' });
    const results = [];
    for (let n = 0; n < 6; n++) results.push(await ask(call));
    expect(results.map(({ repeatedCall }) => repeatedCall)).toEqual([false, true, true, true, true, true]);
    for (const { content } of results) expect(content).toEqual(results[0]?.content);
  });

  it.each([
    ['not json', 'contract.malformed'],
    ['{"tool":"clock"}', 'contract.invalid'],
    ['{"tenant":"default","call_id":"a b","tool":"clock"}', 'contract.invalid'],
    ['{"tenant":"default","call_id":"c","tool":"clock","surprise":1}', 'contract.malformed'],
  ])('refuses %s with a coded error', async (body, code) => {
    const reply = await hosts.bus.nc.request(`${hosts.prefix}.rpc.tool.default`, body, { timeout: 5_000 });
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe(code);
  });

  it('a cancel on the bus stops the run’s calls at whichever host they run', async () => {
    const call = callOf('http_fetch', { url: `http://${slowUrl}/` });
    const before = waiting.length;
    const running = ask(call);
    await waitFor(() => waiting.length > before, { describe: 'the fetch to begin' });
    hosts.bus.emit(hosts.bus.subjects.cancel(call.runId), CancelNoticeSchema, { tenant: 'default', runId: call.runId });
    expect(await running).toMatchObject({ status: 'error', error: { code: 'run.cancelled' } });
  });
});

describe('the queue path', () => {
  const publish = (call: MessageInitShape<typeof ToolCallSchema>, msgId: string) =>
    hosts.bus.publish(hosts.bus.subjects.tool('default', call.callId ?? ''), ToolWorkSchema, { call }, { msgId });

  it('performs the call, then wakes the run, under an id that makes a redelivery no second wake-up', async () => {
    const call = callOf('calculator', { expression: '6 * 7' }, { backend: 'sim' });
    const woken: ExecWork[] = [];
    const ids: string[] = [];
    const subscription = hosts.bus.nc.subscribe(hosts.bus.subjects.exec('sim', call.runId), {
      callback: (_, message) => {
        ids.push(message.headers?.get('Nats-Msg-Id') ?? '');
        woken.push(decode(ExecWorkSchema, message.data));
      },
    });
    await hosts.bus.nc.flush();
    await publish(call, call.callId);
    await waitFor(() => woken.length === 1, { describe: 'the wake-up' });
    expect(woken[0]).toMatchObject({ tenant: 'default', runId: call.runId, backend: 'sim', cause: 'tool_settled' });
    expect(await ask(call)).toMatchObject({ status: 'ok', repeatedCall: true, content: [{ text: '42' }] });

    // A run that was woken too early asks once more for the same call: that is a wake-up of its own.
    await publish(call, `${call.callId}:again`);
    await waitFor(() => woken.length === 2);
    expect(ids).toEqual([`${call.callId}:settled`, `${call.callId}:again:settled`]);
    subscription.unsubscribe();
  });

  it('a call that runs on the fast path already is joined, not run again', async () => {
    const call = callOf('http_fetch', { url: `http://${slowUrl}/` }, { backend: 'sim' });
    const woken: ExecWork[] = [];
    const listening = hosts.bus.subscribe(
      hosts.bus.subjects.exec('sim', call.runId),
      ExecWorkSchema,
      (work) => void woken.push(work),
    );
    const before = waiting.length;
    const fast = ask(call);
    await waitFor(() => waiting.length > before);
    await publish(call, 'parked');
    for (const answer of waiting) answer();
    await waitFor(async () => {
      for (const answer of waiting.splice(0)) answer();
      return woken.length > 0;
    });
    expect((await fast).content).toEqual((await ask(call)).content);
    await listening.stop();
  });

  it('a call whose run ended while it waited is not run', async () => {
    const call = callOf('file_write', { path: 'cancelled.txt', content: 'never' }, { backend: 'sim' });
    hosts.runStatus.set(call.runId, 'cancelled');
    await publish(call, call.callId);
    const manager = await hosts.bus.js.jetstreamManager(false);
    await waitFor(async () => (await manager.streams.info(`${hosts.prefix.toUpperCase()}_TOOL`)).state.messages === 0, {
      describe: 'an empty queue',
    });
    expect(existsSync(join(hosts.filesRoot, 'cancelled.txt'))).toBe(false);
    expect(await ask(call)).toMatchObject({ repeatedCall: false });
  });

  it('work that cannot be read is a dead letter with the cause', async () => {
    const letters: DeadLetter[] = [];
    const listening = hosts.bus.subscribe(
      hosts.bus.subjects.dead('tool', '*'),
      DeadLetterSchema,
      (letter) => void letters.push(letter),
    );
    await hosts.bus.nc.flush();
    await hosts.bus.publishText(hosts.bus.subjects.tool('default', newId('call')), '{"call":{"tool":"clock"}}');
    await waitFor(() => letters.length > 0, { describe: 'the dead letter' });
    expect(letters[0]?.cause).toMatchObject({ code: 'contract.invalid' });
    await listening.stop();
  });
});

describe('the RPCs', () => {
  const list = async (...names: string[]) =>
    (await hosts.rpc.call(ToolHostService.method.listTools, { tenant: 'default', names })).tools;

  it('list tools by name and toolset: sorted, none twice, with fingerprints', async () => {
    const tools = await list('files.*', 'calculator', 'file_read');
    expect(tools.map(({ name }) => name)).toEqual(['calculator', 'file_list', 'file_read', 'file_write']);
    for (const tool of tools)
      expect(tool).toMatchObject({
        fingerprint: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        source: 'builtin',
        pool: expect.any(String),
      });
    expect((await list()).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'calculator',
        'clock',
        'file_list',
        'file_read',
        'file_write',
        'http_fetch',
        'memory_block_edit',
        'memory_correct',
        'memory_save',
        'memory_search',
      ]),
    );
    expect(await list('builtin.*')).toHaveLength(14);
  });

  it('list what a run does itself, so that agents may name it, and refuse to do it for anybody', async () => {
    expect(await list('run.*')).toMatchObject([
      { name: 'ask_user', source: 'run', pool: '', effect: 'pure' },
      { name: 'sleep', source: 'run', pool: '', effect: 'pure' },
    ]);
    const result = await hosts.rpc.call(ToolHostService.method.callTool, callOf('sleep', { seconds: 1 }));
    expect(result).toMatchObject({ status: 'error', error: { code: 'tool.of_run' } });
  });

  it('declare what each built-in does to the world', async () => {
    const effects = Object.fromEntries((await list('builtin.*')).map(({ name, effect }) => [name, effect]));
    expect(effects).toEqual({
      calculator: 'pure',
      clock: 'pure',
      file_list: 'pure',
      file_read: 'pure',
      file_write: 'idempotent',
      http_fetch: 'pure',
      json_query: 'pure',
      memory_block_edit: 'idempotent',
      memory_correct: 'idempotent',
      memory_save: 'idempotent',
      memory_search: 'pure',
      // Its calls are accounted for one by one.
      run_javascript: 'idempotent',
      text_diff: 'pure',
      web_read: 'pure',
    });
  });

  it('say that a name is unknown, with the nearest', async () => {
    await expect(list('calcualtor')).rejects.toMatchObject({ code: 'tool.not_found' });
    await expect(list('calcualtor')).rejects.toThrow('Did you mean "calculator"?');
    await expect(list('file.*')).rejects.toThrow('"files.*"');
  });

  it('apply, list, use and remove a server, over any host; the trace goes through to it', async () => {
    const { name, kind, command, args } = stdioServer('fix');
    const applied = await hosts.rpc.call(
      ToolHostService.method.applyServer,
      { name, kind, command, args, pool: 'default' },
      { timeoutMs: 20_000 },
    );
    expect(applied).toMatchObject({ name: 'fix', pool: 'default', kind: 'mcp-stdio' });
    const shown = await waitFor(async () => {
      const { servers } = await hosts.rpc.call(ToolHostService.method.listServers, {});
      const [server] = servers;
      return server?.status === 'connected' && server.toolCount > 5 && server;
    });
    expect(shown).toMatchObject({ name: 'fix', toolCount: expect.any(Number), lastError: { code: 'tool.disabled' } });
    // Whichever host is asked: those of the other pool read what those of this one have recorded.
    const everywhere = () => Promise.all(Array.from({ length: 12 }, () => list('fix.*')));
    await waitFor(async () => (await everywhere()).every((tools) => tools.length === shown.toolCount));

    for (let n = 0; n < 6; n++) {
      const call = callOf('fix_add', { a: n, b: 1 });
      const result = await hosts.rpc.call(ToolHostService.method.callTool, call, { timeoutMs: 20_000 });
      expect(result).toMatchObject({ status: 'ok', content: [{ text: String(n + 1) }] });
    }

    const traced = await withSpan('test', {}, async (span) => {
      const result = await hosts.rpc.call(ToolHostService.method.callTool, callOf('fix_meta'), { timeoutMs: 20_000 });
      return { traceId: span.spanContext().traceId, meta: String(result.content[0]?.['text']) };
    });
    expect(traced.meta).toContain(traced.traceId);

    await hosts.rpc.call(ToolHostService.method.removeServer, { name: 'fix' });
    await expect(hosts.rpc.call(ToolHostService.method.removeServer, { name: 'fix' })).rejects.toMatchObject({
      code: 'tool_server.not_found',
    });
  });

  it('refuse a server that cannot be used', async () => {
    const wrong = { name: 'x', kind: 'mcp-http', url: 'nonsense' };
    await expect(hosts.rpc.call(ToolHostService.method.applyServer, wrong)).rejects.toMatchObject({
      code: 'tool_server.invalid',
    });
    await expect(
      hosts.rpc.call(ToolHostService.method.applyServer, { name: 'x', kind: 'pigeon' }),
    ).rejects.toMatchObject({ code: 'contract.invalid' });
  });

  it('refuse a server under the name of the platform’s own tools, which its agents would get too', async () => {
    const toolsets = new Set(
      createBuiltins(
        loadConfig({
          SWITCHYARD_HTTP_METHODS: 'POST',
          SWITCHYARD_RUN_COMMAND: 'on',
          SWITCHYARD_SQL_CONNECTIONS: 'sales=SALES_URL',
          SALES_URL: 'postgres://reader@127.0.0.1/sales',
        }),
        hosts.rpc,
        () => {
          throw new Error('Nothing is called here.');
        },
        noSecrets,
      ).map(({ toolset }) => toolset),
    );
    for (const name of [...toolsets, 'builtin', 'run'])
      await expect(
        hosts.rpc.call(ToolHostService.method.applyServer, { name, kind: 'mcp-http', url: 'http://127.0.0.1:1/' }),
      ).rejects.toMatchObject({ code: 'tool_server.invalid', message: expect.stringContaining('Take another name') });
  });
});

describe('a stop', () => {
  it('lets what is in hand finish, and the other host goes on', async () => {
    const before = waiting.length;
    const calls = Array.from({ length: 4 }, () => ask(callOf('http_fetch', { url: `http://${slowUrl}/` })));
    await waitFor(() => waiting.length >= before + 4);
    const stopping = first.stop();
    for (const answer of waiting.splice(0)) answer();
    for (const result of await Promise.all(calls)) expect(result).toMatchObject({ status: 'ok' });
    await stopping;
    expect(await ask(callOf('clock'))).toMatchObject({ status: 'ok' });
  });
});
