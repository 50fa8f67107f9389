import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, ToolResult, ToolServer } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { CallHost, callOf, effectsDatabase, type EffectsDatabase } from '../calls/call-host.fixture.js';
import { ToolServerRepository } from '../servers/tool-server.repository.js';
import { limitedProgram } from './limited-program.js';
import { stdioServer } from './mcp-server.fixture.js';

let effects: EffectsDatabase;
let host: CallHost | undefined;

beforeAll(async () => {
  effects = await effectsDatabase();
}, 180_000);
afterAll(() => effects.drop());
afterEach(async () => {
  await host?.stop();
  await effects.dataSource.query('DELETE FROM effects.tool_servers');
});

const connected = async (server: ToolServer): Promise<CallHost> => {
  const started = await new CallHost(effects.dataSource).start();
  host = started;
  await started.servers.apply(server);
  await waitFor(() => started.servers.servers()[0]?.connection?.status === 'connected', {
    describe: 'the first connection',
  });
  return started;
};
const use = (on: CallHost, tool: string, args: JsonObject = {}): Promise<ToolResult> =>
  on.calls.perform(callOf(tool, { arguments: args }));
const textOf = ({ content }: ToolResult) => String(content[0]?.['text']);
const pidOf = async (on: CallHost) => Number(textOf(await use(on, 'fix_pid')));
const statusOf = (on: CallHost) => on.servers.servers()[0]?.connection?.status;

describe('a program as an MCP server', () => {
  it('says what it says in a log that outlives it and its host, without the secret it was given', async () => {
    process.env['FIXTURE_KEY'] = 'key-of-the-fixture';
    const repository = new ToolServerRepository(effects.dataSource);
    const first = await connected(stdioServer('fix', { env: ['FIXTURE_KEY'] }));
    await use(first, 'fix_complain', { words: 'the key key-of-the-fixture is old' });
    process.kill(await pidOf(first), 'SIGKILL');
    await waitFor(() => statusOf(first) === 'connected', { describe: 'another process' });
    await use(first, 'fix_complain', { words: 'again' });
    await first.stop();
    const [log] = await repository.logs('fix');
    expect(log?.text).toMatch(
      /the key \[secret [A-Z_]+\] is old\n[^]*ended: it closed the connection\n[^]*starting\n[^]*again/,
    );
    await repository.remove('fix');
    expect(await repository.logs('fix')).toEqual([]);
  });

  it('ends when nobody has called it for a while, stays listed, and is started again by the next call', async () => {
    const idle = await connected(stdioServer('fix', { mcp: { idleStopSeconds: 1 } }));
    const first = await pidOf(idle);
    await waitFor(() => statusOf(idle) === 'idle', { describe: 'the program to be ended' });
    await waitFor(() => !isAlive(first), { describe: 'its process to be gone' });
    expect((await idle.catalog.list(['fix_pid'])).map(({ name }) => name)).toEqual(['fix_pid']);
    expect(statusOf(idle)).toBe('idle');
    expect(await pidOf(idle)).not.toBe(first);
    expect(statusOf(idle)).toBe('connected');
  });

  it('is not ended while it is at a call, however long that lasts', async () => {
    const idle = await connected(stdioServer('fix', { mcp: { idleStopSeconds: 1 } }));
    expect(await use(idle, 'fix_slow', { ms: 2_500 })).toMatchObject({ status: 'ok' });
  });

  it('gets no more memory than it may have, and is there for the next call', async () => {
    const limited = await connected(stdioServer('fix', { mcp: { memoryMb: 512 } }));
    expect(await use(limited, 'fix_hoard', { mib: 50 })).toMatchObject({ status: 'ok' });
    expect((await use(limited, 'fix_hoard', { mib: 800 })).status).toBe('error');
    await waitFor(async () => (await use(limited, 'fix_add', { a: 1, b: 1 })).status === 'ok', {
      describe: 'the next call',
    });
  });

  it('is ended when its time of the processor is used up', async () => {
    const limited = await connected(stdioServer('fix', { mcp: { cpuSeconds: 3 } }));
    expect(await use(limited, 'fix_spin')).toMatchObject({ status: 'error', error: { code: 'tool.disconnected' } });
  });

  it('runs as it is where there are no limits, or none can be set', () => {
    const program = { command: 'serve', args: ['a b'], mcp: undefined };
    const limits = { idleStopSeconds: 0, memoryMb: 1, cpuSeconds: 2 };
    const mcp = stdioServer('fix', { mcp: limits }).mcp;
    expect(limitedProgram({ ...program, ...(mcp ? { mcp } : {}) }, 'win32')).toEqual({
      command: 'serve',
      args: ['a b'],
    });
    expect(limitedProgram({ ...program, ...(mcp ? { mcp } : {}) }, 'linux')).toEqual({
      command: '/bin/sh',
      args: ['-c', 'ulimit -d 1024 && ulimit -t 2 && exec "$0" "$@"', 'serve', 'a b'],
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
