import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { rpcSubject } from '@switchyard/bus';
import {
  MemoryService,
  newId,
  ToolCallSchema,
  ToolResultSchema,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { ToolHosts } from '../../tool-host.fixture.js';

const { getMemory, recall, remember, correct, retract } = MemoryService.method;
const DAY_MS = 86_400_000;

type Request = Record<string, unknown>;
let hosts: ToolHosts;
/** What the memory service was asked, with the method's name. */
let asked: Request[];
/** What it answers. */
const answers = new Map<{ name: string }, (request: Request) => unknown>([
  [recall, () => ({ memories: [{ memory: { id: 'mem_1', text: 'Ada likes tea.' }, score: 1 }] })],
  [remember, () => ({ id: 'mem_1', text: 'Ada likes tea.' })],
  [correct, () => ({ memory: { id: 'mem_new' } })],
  [retract, () => ({ id: 'act_1' })],
  [getMemory, ({ id }) => ({ memory: { id, text: 'Ada likes tea.', scope: SCOPES[String(id)] } })],
]);
const SCOPES: Readonly<Record<string, JsonObject>> = {
  mem_hers: { tenant: 'default', agent: 'helper', user: 'ada' },
  mem_his: { tenant: 'default', user: 'bob' },
  mem_all: { tenant: 'default' },
};

beforeAll(async () => {
  hosts = await ToolHosts.create();
  await hosts.start();
  for (const method of [getMemory, recall, remember, correct, retract])
    hosts.bus.nc.subscribe(rpcSubject(hosts.bus, method), {
      callback: (_, message) => {
        const request = message.json<Request>();
        asked.push({ method: method.name, ...request });
        message.respond(JSON.stringify(answers.get(method)?.(request)));
      },
    });
  await hosts.bus.nc.flush();
});
beforeEach(() => {
  asked = [];
});
afterAll(() => hosts.close());

const ADA = { agent: 'helper', user: 'ada', thread: 't1' };

/** A call of a run whose agent's version says this of memory. */
function ask(tool: string, args: JsonObject, memory: JsonObject = {}, whose = ADA) {
  const runId = newId('run');
  hosts.memoryPolicies.set(runId, memory);
  const call: MessageInitShape<typeof ToolCallSchema> = { tenant: 'default', runId, callId: newId('call'), tool };
  return hosts.bus.request(
    hosts.bus.subjects.toolRpc('default'),
    ToolCallSchema,
    ToolResultSchema,
    { ...call, ...whose, arguments: args },
    { timeoutMs: 20_000 },
  );
}

describe('memory tools', () => {
  it('ask the memory service in the run’s scope, with its provenance', async () => {
    expect(await ask('memory_save', { text: 'Ada likes tea.', tags: ['taste'] })).toMatchObject({
      status: 'ok',
      content: [{ text: 'Remembered as mem_1.' }],
    });
    expect(await ask('memory_search', { query: 'tea' })).toMatchObject({
      content: [{ text: '- Ada likes tea. [mem_1]' }],
    });
    expect(asked).toMatchObject([
      {
        scope: { tenant: 'default', agent: 'helper', user: 'ada' },
        tags: ['taste'],
        provenance: {
          source: 'agent',
          run_id: expect.stringMatching(/^run_/),
          call_id: expect.stringMatching(/^call_/),
          actor: 'helper',
        },
      },
      {
        scope: { tenant: 'default', agent: 'helper', user: 'ada', thread: 't1' },
        query: 'tea',
        limit: 8,
        run_id: expect.stringMatching(/^run_/),
      },
    ]);
    expect(asked[0]).not.toHaveProperty('expires_at');
    expect(asked[1]).not.toHaveProperty('min_trust');
  });

  it('correct and withdraw what the run may see, and nothing else', async () => {
    expect(await ask('memory_correct', { id: 'mem_hers', text: 'Ada likes coffee.' })).toMatchObject({
      status: 'ok',
      content: [{ text: 'Corrected: mem_new stands in the place of mem_hers.' }],
    });
    expect(asked.at(-1)).toMatchObject({ method: 'Correct', provenance: { source: 'agent', actor: 'helper' } });
    expect(await ask('memory_correct', { id: 'mem_hers', reason: 'she asked' })).toMatchObject({ status: 'ok' });
    expect(asked.at(-1)).toMatchObject({ method: 'Retract', ids: ['mem_hers'], actor: 'helper', reason: 'she asked' });
    expect(await ask('memory_correct', { id: 'mem_his', text: 'x y z' })).toMatchObject({
      status: 'error',
      error: { code: 'memory.not_found' },
    });
    expect(asked.at(-1)).toMatchObject({ method: 'GetMemory' });
  });
});

describe('the memory policy of the version that a run executes', () => {
  const policy = { scopes: ['user', 'thread'], min_trust: 'high', keep_days: 30 };

  it('narrows what memory_search finds, and how far it must be believed', async () => {
    await ask('memory_search', { query: 'tea' }, policy);
    await ask('memory_search', { query: 'tea', scope: 'user' }, policy);
    expect(asked).toMatchObject([
      { scopes: ['thread', 'user'], min_trust: 'high' },
      { scopes: ['user'], min_trust: 'high' },
    ]);
  });

  it('says how long what memory_save and memory_correct write is kept', async () => {
    const before = Date.now();
    await ask('memory_save', { text: 'Ada likes tea.' }, policy);
    await ask('memory_correct', { id: 'mem_hers', text: 'Ada likes coffee.' }, policy);
    const expiries = asked.flatMap(({ expires_at: at }) => (typeof at === 'string' ? [Date.parse(at)] : []));
    expect(expiries).toHaveLength(2);
    for (const at of expiries) {
      expect(at).toBeGreaterThanOrEqual(before + 30 * DAY_MS);
      expect(at).toBeLessThanOrEqual(Date.now() + 30 * DAY_MS);
    }
  });

  it.each([
    ['memory_search', { query: 'tea', scope: 'tenant' }, policy],
    ['memory_save', { text: 'Ada likes tea.', scope: 'tenant' }, policy],
    ['memory_save', { text: 'Ada likes tea.', scope: 'agent' }, {}],
  ])('refuses a scope outside it, and says what to do: %s %j', async (tool, args, memory) => {
    expect(await ask(tool, args, memory)).toMatchObject({
      status: 'error',
      error: {
        code: 'memory.scope_refused',
        message: expect.stringMatching(/may not .* memory\.scopes.*Leave "scope" out.*apply the agent again/),
      },
    });
    expect(asked).toEqual([]);
  });

  it('hides from memory_correct what is for others', async () => {
    expect(await ask('memory_correct', { id: 'mem_all', text: 'x y z' }, policy)).toMatchObject({
      status: 'error',
      error: { code: 'memory.not_found' },
    });
    expect(await ask('memory_correct', { id: 'mem_all', text: 'x y z' })).toMatchObject({ status: 'ok' });
  });

  it.each([
    ['memory_search', { query: 'tea' }],
    ['memory_save', { text: 'Ada likes tea.' }],
    ['memory_correct', { id: 'mem_hers' }],
    ['memory_block_edit', { text: 'Step 1.' }],
  ])('refuses %s where it turns the tools off', async (tool, args) => {
    expect(await ask(tool, args, { tools: false })).toMatchObject({
      status: 'error',
      error: { code: 'memory.tools_refused', message: expect.stringContaining('memory.tools: false') },
    });
    expect(asked).toEqual([]);
  });
});
