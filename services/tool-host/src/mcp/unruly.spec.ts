import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { create, ToolServerSchema } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';

const SCRIPT = fileURLToPath(new URL('../../test/unruly-mcp-server.mjs', import.meta.url));

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

describe('an MCP server that does not keep to the protocol', () => {
  const use = (tool: string) => host.calls.perform(callOf(`unruly_${tool}`));
  const connected = async (timeoutMs: number): Promise<void> => {
    host = await new CallHost(effects.dataSource).start();
    const server = { name: 'unruly', kind: 'mcp-stdio', command: process.execPath, args: [SCRIPT], pool: 'default' };
    await host.servers.apply(create(ToolServerSchema, { ...server, timeoutMs }));
    await waitFor(() => host.servers.servers()[0]?.connection?.status === 'connected', {
      describe: 'the first connection',
    });
  };

  it('is not heard where it answers under an id that nobody has, and serves the next call', async () => {
    await connected(1_500);
    expect(await use('wrong_id')).toMatchObject({ status: 'error', error: { code: 'tool.timeout' } });
    expect(await use('well')).toMatchObject({ status: 'ok', content: [{ text: 'well' }] });
  });

  it('is heard once where it answers twice, and through lines that are no messages', async () => {
    await connected(30_000);
    expect(await use('twice')).toMatchObject({ status: 'ok', content: [{ text: 'first' }] });
    expect(await use('noise')).toMatchObject({ status: 'ok', content: [{ text: 'after the noise' }] });
    // What came too much has not become the answer of a later call.
    expect(await use('well')).toMatchObject({ status: 'ok', content: [{ text: 'well' }] });
  });
});
