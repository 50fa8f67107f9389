import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  newId,
  ToolCallSchema,
  ToolHostService,
  ToolResultSchema,
  type JsonObject,
  type ToolResult,
} from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { stdioServer } from '../mcp/mcp-server.fixture.js';
import { ToolHosts } from '../tool-host.fixture.js';

let hosts: ToolHosts;
let sites: [Server, Server];
const hostOf = (site: Server): string => `127.0.0.1:${(site.address() as AddressInfo).port}`;

/** Two pools: the one calculates, the other reads the web, and only one place of it. */
beforeAll(async () => {
  sites = [createServer((_, response) => response.end('inner')), createServer((_, response) => response.end('other'))];
  for (const site of sites) {
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
  }
  hosts = await ToolHosts.create();
  await hosts.start({ SWITCHYARD_BUILTIN_TOOLS: 'calculator,code.*' });
  await hosts.start({
    SWITCHYARD_TOOL_POOL: 'web',
    SWITCHYARD_BUILTIN_TOOLS: 'web.*,calculator',
    SWITCHYARD_FETCH_ALLOW: sites.map(hostOf).join(),
    SWITCHYARD_EGRESS: hostOf(sites[0]),
    SWITCHYARD_HTTP_METHODS: 'POST',
  });
});
afterAll(async () => {
  await hosts.close();
  for (const site of sites) {
    site.closeAllConnections();
    site.close();
  }
});

const call = (tool: string, args: JsonObject = {}, more: { grantedTools?: string[] } = {}): Promise<ToolResult> =>
  hosts.rpc.call(ToolHostService.method.callTool, {
    ...{ tenant: 'default', runId: newId('run'), callId: newId('call'), tool, arguments: args },
    ...more,
  });
const listed = async (...names: string[]): Promise<Record<string, string>> => {
  const { tools } = await hosts.rpc.call(ToolHostService.method.listTools, { tenant: 'default', names });
  return Object.fromEntries(tools.map(({ name, pool }) => [name, pool]));
};
/** Asked often enough that either host answers. */
const byAnyHost = <T>(ask: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: 8 }, ask));

/** A first connection takes its time on a busy machine. */
const PATIENTLY = { timeoutMs: 60_000 };

describe('pools', () => {
  it('have tools of their own, and every host says the same of them', async () => {
    const expected = {
      calculator: 'default',
      http_fetch: 'web',
      http_request: 'web',
      run_javascript: 'default',
      web_read: 'web',
    };
    for (const tools of await byAnyHost(() => listed('calculator', 'web.*', 'code.*'))) expect(tools).toEqual(expected);
    await expect(listed('file_read')).rejects.toMatchObject({ code: 'tool.not_found' });
  });

  it('perform their own calls alone, whoever is asked', async () => {
    for (const { content } of await byAnyHost(() => call('calculator', { expression: '6 * 7' })))
      expect(content).toMatchObject([{ text: '42' }]);
    for (const { content } of await byAnyHost(() => call('http_fetch', { url: `http://${hostOf(sites[0])}/` })))
      expect(content).toMatchObject([{ text: expect.stringContaining('inner') }]);
    const straight = await hosts.bus.request(
      hosts.bus.subjects.toolRpc('web'),
      ToolCallSchema,
      ToolResultSchema,
      { tenant: 'default', callId: newId('call'), tool: 'run_javascript', arguments: { code: '1' } },
      { timeoutMs: 10_000 },
    );
    expect(straight).toMatchObject({
      status: 'error',
      error: { code: 'tool.unavailable', message: expect.stringContaining('pool "default"') },
    });
  });

  it('connect only to where they may: tools and servers', async () => {
    const refused = await call('http_fetch', { url: `http://${hostOf(sites[1])}/` });
    expect(refused).toMatchObject({ status: 'error', error: { code: 'tool.egress_refused' } });
    await hosts.rpc.call(ToolHostService.method.applyServer, {
      ...{ name: 'far', kind: 'mcp-http', url: `http://${hostOf(sites[1])}/mcp`, pool: 'web' },
    });
    const { lastError } = await waitFor(
      async () => {
        const { servers } = await hosts.rpc.call(ToolHostService.method.listServers, {});
        return servers.find(({ name, status }) => name === 'far' && status === 'failing');
      },
      { describe: 'the server to be out of reach' },
    );
    expect(lastError?.message).toContain('may not connect to');
  });

  it('have servers of their own, which code of another pool reaches as well', async () => {
    await hosts.rpc.call(ToolHostService.method.applyServer, { ...stdioServer('fix'), pool: 'web' }, PATIENTLY);
    await waitFor(async () => (await listed())['fix_add'] === 'web', { describe: 'the tools of the server' });
    const inner = await call(
      'run_javascript',
      { code: 'await tools.fix_add({ a: 1, b: 2 })' },
      { grantedTools: ['fix_add'] },
    );
    expect(inner).toMatchObject({ status: 'ok', content: [{ text: expect.stringContaining('3') }] });
  });

  it('take over what two of them have when the one is gone, and give it back', async () => {
    const [first] = hosts.started;
    await first?.stop();
    await waitFor(async () => (await listed())['calculator'] === 'web', { describe: 'the other pool to take over' });
    expect(await call('calculator', { expression: '1 + 1' })).toMatchObject({ content: [{ text: '2' }] });
    // What only the pool had is still known, and says why it cannot be had.
    expect((await listed())['run_javascript']).toBe('default');
    await expect(call('run_javascript', { code: '1' })).rejects.toMatchObject({
      code: expect.stringMatching(/^rpc\./),
    });
    await hosts.start({ SWITCHYARD_BUILTIN_TOOLS: 'calculator,code.*' });
    await waitFor(async () => (await listed())['calculator'] === 'default', { describe: 'the pool to be back' });
  });
});
