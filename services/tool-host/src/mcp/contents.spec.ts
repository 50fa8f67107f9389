import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, ToolServer } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { stdioServer } from './mcp-server.fixture.js';

let effects: EffectsDatabase;
let host: CallHost;

beforeAll(async () => {
  effects = await effectsDatabase();
}, 180_000);
afterAll(() => effects.drop());
afterEach(async () => {
  await host.stop();
  await effects.dataSource.query('DELETE FROM effects.tool_servers');
});

const connected = async (server: ToolServer): Promise<void> => {
  host = await new CallHost(effects.dataSource).start();
  await host.servers.apply(server);
  await waitFor(() => host.servers.servers()[0]?.connection?.status === 'connected', {
    describe: 'the first connection',
  });
};
const use = (tool: string, args: JsonObject = {}) => host.calls.perform(callOf(tool, { arguments: args }));
const ask = (method: string, params: JsonObject = {}) => {
  const connection = host.servers.servers()[0]?.connection;
  if (!connection?.ask) throw new Error('The connection cannot be asked');
  return connection.ask(method, params, { signal: new AbortController().signal, timeoutMs: 10_000 });
};

describe.each([
  ['of the newest revision', []],
  ['of 2025', ['--legacy']],
])('what an MCP server %s has besides tools', (_, options) => {
  it('is read by agents with two tools more, text as text and images as images', async () => {
    await connected(stdioServer('fix', {}, '--contents', ...options));
    expect(host.catalog.definitionOf('fix_read_resource')).toMatchObject({ effect: 'pure' });
    const listed = await use('fix_list_resources');
    expect(listed.content[0]?.['text']).toBe(
      'file:///notes.md Notes (text/markdown): What was noted\nfile:///dot.png Dot (image/png)\nfile:///by/{year} By year',
    );
    expect(await use('fix_read_resource', { uri: 'file:///notes.md' })).toMatchObject({
      status: 'ok',
      content: [{ type: 'text', text: '# Noted' }],
    });
    expect(await use('fix_read_resource', { uri: 'file:///dot.png' })).toMatchObject({
      content: [{ type: 'image', mediaType: 'image/png', data: 'AAAA' }],
    });
    expect(await use('fix_read_resource', { uri: 'file:///none' })).toMatchObject({
      status: 'error',
      error: { code: 'tool.failed' },
    });
  });

  it('is asked for by people: resources, prompts filled in, completions; and what it is asked wrongly is refused', async () => {
    await connected(stdioServer('fix', {}, '--contents', ...options));
    expect(await ask('resources/templates/list')).toMatchObject({ resourceTemplates: [{ name: 'By year' }] });
    expect(await ask('prompts/list')).toMatchObject({ prompts: [{ name: 'greet' }] });
    expect(await ask('prompts/get', { prompt: 'greet', arguments: { who: 'Ada' } })).toMatchObject({
      messages: [{ role: 'user', content: { type: 'text', text: 'Greet Ada.' } }],
    });
    expect(await ask('completion/complete', { prompt: 'greet', argument: 'who', value: 'A' })).toMatchObject({
      completion: { values: ['Ada', 'Alan'] },
    });
    await expect(ask('prompts/get', { prompt: 'greet', arguments: { who: 7 } })).rejects.toMatchObject({
      code: 'contract.invalid',
    });
    await expect(ask('tools/call', { name: 'send' })).rejects.toMatchObject({ code: 'tool_server.unsupported' });
    await expect(ask('constructor')).rejects.toMatchObject({ code: 'tool_server.unsupported' });
  });
});

describe('the tools for resources', () => {
  it('are not there where the server has none, or the definition does not want them', async () => {
    await connected(stdioServer('fix', { mcp: { noResourceTools: true } }, '--contents'));
    expect(host.catalog.definitionOf('fix_read_resource')).toBeUndefined();
    await host.servers.apply(stdioServer('fix'));
    await waitFor(() => host.servers.servers()[0]?.connection?.status === 'connected');
    expect(host.catalog.definitionOf('fix_add')).toBeDefined();
    expect(host.catalog.definitionOf('fix_read_resource')).toBeUndefined();
    await expect(ask('resources/list')).rejects.toMatchObject({ code: 'tool_server.unsupported' });
  });

  it('leave their names to tools of the server that have them', async () => {
    await connected(stdioServer('fix', {}, '--contents', '--tool=read_resource'));
    expect(await use('fix_read_resource')).toMatchObject({ content: [{ text: 'read_resource' }] });
    expect(host.catalog.definitionOf('fix_list_resources')).toBeDefined();
  });
});

describe('a list that its server calls good for a while', () => {
  it('is not asked for meanwhile; tools are listed again when it is old, where the server tells of no change', async () => {
    await connected(stdioServer('fix', {}, '--contents', '--silent'));
    const listings = async () => JSON.stringify(await ask('resources/list')).match(/file:\/\/\/\d+/g);
    expect([await listings(), await listings()]).toEqual([['file:///1'], ['file:///1']]);
    expect(host.catalog.definitionOf('fix_grown')).toBeUndefined();
    await use('fix_grow');
    await waitFor(() => host.catalog.definitionOf('fix_grown'), { describe: 'the new tool' });
    expect(await use('fix_grown')).toMatchObject({ status: 'ok' });
  });
});
