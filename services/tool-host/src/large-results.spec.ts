import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TAKING_PARTS, withContent } from '@switchyard/bus';
import {
  ContentReferenceSchema,
  create,
  decode,
  newId,
  ToolCallSchema,
  ToolHostService,
  ToolResultSchema,
  type MessageInitShape,
  type ToolResult,
} from '@switchyard/contracts';
import type { RunningService } from '@switchyard/service';
import { waitFor } from '@switchyard/testing';
import { stdioServer } from './mcp/mcp-server.fixture.js';
import { ToolHosts } from './tool-host.fixture.js';

const MIB = 1_048_576;
const MAX_RESULT = 4 * MIB;
/** Far below what NATS carries by default. */
const MOST_ON_THE_BUS = 512 * 1_024;

let hosts: ToolHosts;
let first: RunningService;
beforeAll(async () => {
  hosts = await ToolHosts.create();
  first = await hosts.start();
  await hosts.start();
  await hosts.start({ SWITCHYARD_TOOL_POOL: 'other' });
  const { name, kind, command, args } = stdioServer('docs');
  const server = { name, kind, command, args, pool: 'default', maxOutputBytes: MAX_RESULT };
  await hosts.rpc.call(ToolHostService.method.applyServer, server, { timeoutMs: 20_000 });
  await waitFor(async () => {
    const tools = await Promise.all(
      Array.from({ length: 6 }, () =>
        hosts.rpc.call(ToolHostService.method.listTools, { tenant: 'default', names: [] }),
      ),
    );
    return tools.every((list) => list.tools.some((tool) => tool.name === 'docs_big'));
  });
});
afterAll(() => hosts.close());

type Call = MessageInitShape<typeof ToolCallSchema> & { tenant: string; callId: string };
const callOf = (bytes: number): Call => ({
  tenant: 'default',
  runId: newId('run'),
  callId: newId('call'),
  tool: 'docs_big',
  arguments: { bytes },
});

/** As an executor asks. */
const ask = (call: Call): Promise<ToolResult> =>
  hosts.bus.request(hosts.bus.subjects.toolRpc('default'), ToolCallSchema, ToolResultSchema, call, {
    timeoutMs: 20_000,
    headers: TAKING_PARTS,
  });
const textOf = ({ content }: ToolResult): string => content.map((part) => String(part['text'])).join('');

describe('a result of 4 MiB', () => {
  it('is told by its beginning and had in parts, from any host, also from one that has never run it', async () => {
    const call = callOf(MAX_RESULT);
    const result = await ask(call);
    expect(JSON.stringify(result.content).length).toBeLessThan(1_000);
    expect(result).toMatchObject({ status: 'ok', truncated: false, repeatedCall: false });
    expect(textOf(result)).toMatch(/^x{200} /);
    for (let n = 0; n < 4; n += 1) {
      const whole = await withContent(hosts.rpc, call, result);
      expect(textOf(whole) === 'x'.repeat(MAX_RESULT)).toBe(true);
      expect(whole.apart).toBeUndefined();
    }
    expect(await ask(call)).toMatchObject({ repeatedCall: true, apart: result.apart });
  });

  it('of a call by hand is the same through a host of another pool, and the ledger shows it', async () => {
    const call = callOf(MAX_RESULT);
    for (let n = 0; n < 6; n += 1) {
      const result = await hosts.rpc.call(ToolHostService.method.callTool, call, {
        timeoutMs: 20_000,
        headers: TAKING_PARTS,
      });
      expect(textOf(await withContent(hosts.rpc, call, result))).toHaveLength(MAX_RESULT);
    }
    const effect = await hosts.rpc.call(ToolHostService.method.getEffect, { tenant: 'default', callId: call.callId });
    expect(effect.result?.apart?.hash).toMatch(/^sha256:/);
  });

  it('is in the ledger before anybody is told: whoever asks again, when the host that ran it is gone, has it without another run', async () => {
    const call = callOf(MAX_RESULT);
    const nobody = new AbortController();
    const answer = hosts.bus.request(hosts.bus.subjects.toolRpc('default'), ToolCallSchema, ToolResultSchema, call, {
      signal: nobody.signal,
    });
    await waitFor(async () => {
      const query = { tenant: 'default', status: 'settled', runId: call.runId ?? '' };
      return (await hosts.rpc.call(ToolHostService.method.listEffects, query)).effects.length > 0;
    });
    nobody.abort();
    await answer.catch(() => undefined);
    await first.stop();
    const result = await ask(call);
    expect(result.repeatedCall).toBe(true);
    expect(textOf(await withContent(hosts.rpc, call, result))).toHaveLength(MAX_RESULT);
  });

  it('is cut for an asker who knows of no parts, to what a message carries', async () => {
    const call = callOf(MAX_RESULT);
    const body = JSON.stringify({
      tenant: 'default',
      call_id: call.callId,
      tool: call.tool,
      arguments: call.arguments,
    });
    const reply = await hosts.bus.nc.request(`${hosts.prefix}.rpc.tool.default`, body, { timeout: 20_000 });
    expect(reply.data.length).toBeLessThan(MOST_ON_THE_BUS);
    const result = decode(ToolResultSchema, reply.data);
    expect(result).toMatchObject({ status: 'ok', truncated: true });
    expect(result.apart).toBeUndefined();
    expect(textOf(result)).toContain(`Cut: this part has`);
  });

  it('is another tenant’s to nobody, and a part of what is no more is retryable', async () => {
    const call = callOf(MAX_RESULT);
    const result = await ask(call);
    const { hash = '' } = result.apart ?? {};
    const query = { tenant: 'other', callId: call.callId, hash };
    await expect(hosts.rpc.call(ToolHostService.method.getResultContent, query)).rejects.toMatchObject({
      code: 'effect.not_found',
    });
    const apart = create(ContentReferenceSchema, { hash: `sha256:${'0'.repeat(64)}`, bytes: 1 });
    const changed = { ...result, apart };
    await expect(withContent(hosts.rpc, call, changed)).rejects.toMatchObject({
      code: 'tool.result_unread',
      retryable: true,
    });
  });
});

describe('a larger result', () => {
  it('is an error that says how much it was and how much may be, and is settled with it', async () => {
    const call = callOf(5 * MIB);
    const result = await ask(call);
    expect(result).toMatchObject({
      status: 'error',
      error: { code: 'tool.output_too_large', details: { bytes: 5 * MIB, limit: MAX_RESULT } },
    });
    expect(await ask(call)).toMatchObject({ repeatedCall: true, error: { code: 'tool.output_too_large' } });
  });

  it('is no more than a server may be allowed', async () => {
    const server = { ...stdioServer('huge'), maxOutputBytes: MAX_RESULT + 1 };
    await expect(hosts.rpc.call(ToolHostService.method.applyServer, server)).rejects.toMatchObject({
      code: 'tool_server.invalid',
      message: expect.stringContaining(String(MAX_RESULT)),
    });
  });
});
