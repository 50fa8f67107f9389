import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ModelErrorKind, WireApiName } from '@switchyard/models';
import { callModel, completeModel, ModelError, textOf, userMessage } from '@switchyard/models';
import { converse, TOOLS } from './agent.fixture.js';
import { FaultPlan, faultOfModel, parseFault } from './faults.js';
import type { FaultKind, Simulator } from './options.js';
import { simulatorBackend } from './simulator-backend.js';
import { startSimulator } from './start-simulator.js';
import { APIS, QUIRKS } from './wires.fixture.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.setFault(null));

const REQUEST = { messages: [userMessage('what is 6*7?')], tools: TOOLS };

async function failureOf(
  api: WireApiName,
  stream = true,
  options: Parameters<typeof completeModel>[2] = {},
): Promise<ModelError> {
  try {
    await completeModel(simulatorBackend(simulator.url, { api }), { ...REQUEST, stream }, options);
  } catch (error) {
    if (ModelError.is(error)) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Endpoints that say only that it is too long. */
const NAMES_NO_NUMBERS: ReadonlySet<WireApiName> = new Set<WireApiName>(['openai-responses', 'bedrock']);

describe.each(APIS)('faults over %s', (api) => {
  it.each([
    ['401', 'auth', false],
    ['404', 'bad_request', false],
    ['429', 'rate_limited', true],
    ['500', 'unavailable', true],
    ['503', 'overloaded', true],
    ['529', 'overloaded', true],
    ['overflow', 'overflow', false],
    ['cut', 'broken_stream', true],
    ['unfinished', 'broken_stream', true],
    ['malformed', 'malformed', true],
  ] as [FaultKind, ModelErrorKind, boolean][])('%s is read as %s', async (fault, kind, retryable) => {
    simulator.setFault({ fault, retryAfterMs: 250 });
    const error = await failureOf(api);
    expect(error).toMatchObject({ kind, retryable });
    if (fault === '429') expect(error.retryAfterMs).toBe(250);
  });

  it('an overflow refuses only what is longer than its window, and says its window', async () => {
    simulator.setFault({ fault: 'overflow', window: 10 });
    const { kind, limits } = await failureOf(api);
    expect(kind).toBe('overflow');
    if (!NAMES_NO_NUMBERS.has(api)) expect(limits).toMatchObject({ window: 10 });
    simulator.setFault({ fault: 'overflow', window: 100_000 });
    const backend = simulatorBackend(simulator.url, { api });
    expect(textOf((await completeModel(backend, { messages: [userMessage('Hello')] })).message)).not.toBe('');
  });

  it('an overflow that is accepted or cut in silence is answered, and shows in the usage alone', async () => {
    const backend = simulatorBackend(simulator.url, { api });
    const messages = [userMessage('word '.repeat(400)), userMessage('what is 6*7?')];
    const inputOf = async (): Promise<number> => (await completeModel(backend, { messages })).usage.inputTokens;
    const whole = await inputOf();
    simulator.setFault({ fault: 'overflow-accepted', window: 100 });
    expect(await inputOf()).toBe(whole);
    simulator.setFault({ fault: 'overflow-truncated', window: 100 });
    // Wires that join a user's messages leave nothing to drop.
    expect(await inputOf()).toBeLessThanOrEqual(whole);
  });

  it('an error within a stream is that error', async () => {
    simulator.setFault({ fault: 'error-midstream' });
    expect((await failureOf(api)).retryable).toBe(true);
  });

  it('an answer that is not streamed can be cut and malformed as well', async () => {
    simulator.setFault({ fault: 'cut' });
    expect((await failureOf(api, false)).kind).toBe('broken_stream');
    simulator.setFault({ fault: 'malformed' });
    expect((await failureOf(api, false)).kind).toBe('malformed');
  });

  it("one that hangs runs into the caller's timeout", async () => {
    simulator.setFault({ fault: 'hang' });
    expect(await failureOf(api, true, { timeouts: { firstByteMs: 30 } })).toMatchObject({
      code: 'model.timeout.first_byte',
    });
  });

  it('one that is slow is only slow', async () => {
    simulator.setFault({ fault: 'slow', delayMs: 5 });
    expect((await completeModel(simulatorBackend(simulator.url, { api }), REQUEST)).toolCalls).toHaveLength(1);
  });

  it('an answer cut by its length holds no call to execute', async () => {
    simulator.setFault({ fault: 'length' });
    expect(await completeModel(simulatorBackend(simulator.url, { api }), REQUEST)).toMatchObject({
      finishReason: 'length',
      toolCalls: [],
    });
  });

  it.each(['quirk-unknown-tool', 'quirk-arguments-missing'] as const)(
    '%s is rejected with a reason, and the next turn gets it right',
    async (fault) => {
      simulator.setFault({ fault, times: 1 });
      const { calls, responses, answer } = await converse(simulatorBackend(simulator.url, { api }), 'what is 6*7?', {
        calculator: () => '42',
      });
      expect(responses[0]?.rejectedCalls).toHaveLength(1);
      expect(calls).toHaveLength(1);
      expect(answer).toBe('6 * 7 = 42');
    },
  );
});

describe('tool-call quirks of endpoints', () => {
  const occurring = APIS.flatMap((api) => QUIRKS[api].map((fault) => ({ api, fault })));

  it.each(occurring)('$api, $fault: each call is still read once and right', async ({ api, fault }) => {
    simulator.setFault({ fault });
    for (const stream of [true, false]) {
      const response = await completeModel(simulatorBackend(simulator.url, { api }), {
        ...REQUEST,
        messages: [userMessage('what is 6*7 and what is 2+2?')],
        stream,
      });
      expect(response.toolCalls.map((call) => call.arguments)).toEqual([
        { expression: '6 * 7' },
        { expression: '2 + 2' },
      ]);
    }
  });
});

describe('a fault is asked for', () => {
  it('in the model id, in a header, in a script, or for the whole server; the nearest word counts', async () => {
    await expect(
      completeModel(simulatorBackend(simulator.url, { model: 'simulator+429;retryAfterMs=70' }), REQUEST),
    ).rejects.toMatchObject({ kind: 'rate_limited', retryAfterMs: 70 });
    await expect(
      completeModel(simulatorBackend(simulator.url), REQUEST, { headers: { 'x-simulator-fault': '500' } }),
    ).rejects.toMatchObject({ status: 500 });
    simulator.enqueue({ fault: { fault: '401' } });
    simulator.setFault({ fault: '503' });
    await expect(completeModel(simulatorBackend(simulator.url), REQUEST)).rejects.toMatchObject({ status: 401 });
    await expect(completeModel(simulatorBackend(simulator.url), REQUEST)).rejects.toMatchObject({ status: 503 });
    simulator.setFault(null);
    expect((await completeModel(simulatorBackend(simulator.url), REQUEST)).toolCalls).toHaveLength(1);
  });

  it('so often, or for a share of the requests', () => {
    const twice = new FaultPlan([{ fault: '500', times: 2 }], Math.random);
    expect([1, 2, 3].map(() => twice.next()?.fault)).toEqual(['500', '500', undefined]);
    let value = 0;
    const half = new FaultPlan([{ fault: '500', rate: 0.5 }], () => (value = (value + 0.4) % 1));
    expect([1, 2, 3, 4, 5].map(() => half.next()?.fault)).toEqual(['500', undefined, '500', undefined, '500']);
  });

  it('a model id with a plus sign that names no fault is a model id', () => {
    expect(faultOfModel('c4ai-command-r+')).toBeUndefined();
    expect(faultOfModel('a+b')).toBeUndefined();
    expect(parseFault('overflow-truncated;window=4000')).toEqual({ fault: 'overflow-truncated', window: 4_000 });
    expect(parseFault('cut;after=3;nonsense=x')).toEqual({ fault: 'cut', after: 3 });
  });
});

describe('scripts', () => {
  it('answer in order, then the rules do', async () => {
    simulator.enqueue(
      { reasoning: 'Hm.', calls: [{ name: 'calculator', arguments: { expression: '1' } }] },
      { text: 'Scripted.' },
    );
    for (const api of ['openai-chat'] as const) {
      const backend = simulatorBackend(simulator.url, { api });
      const first = await completeModel(backend, REQUEST);
      expect(first.message.parts[0]).toMatchObject({ type: 'reasoning', text: 'Hm.' });
      expect(first.toolCalls[0]).toMatchObject({ name: 'calculator', arguments: { expression: '1' } });
      expect(textOf((await completeModel(backend, REQUEST)).message)).toBe('Scripted.');
      expect((await completeModel(backend, REQUEST)).toolCalls[0]).toMatchObject({
        arguments: { expression: '6 * 7' },
      });
    }
  });

  it('thinking over Messages is signed, and comes back to its signer', async () => {
    simulator.enqueue({ reasoning: 'Let me think.', text: 'Yes.' });
    const backend = simulatorBackend(simulator.url, { api: 'anthropic' });
    const { message } = await completeModel(backend, REQUEST);
    await completeModel(backend, { messages: [...REQUEST.messages, message, userMessage('And?')] });
    expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain(
      '"type":"thinking","thinking":"Let me think.","signature":"',
    );
  });
});

describe('reasoning comes back to its signer', () => {
  it.each([
    ['mistral', '{"type":"thinking","thinking":[{"type":"text","text":"Let me think."}]}'],
    ['cohere', '"tool_plan":"Let me think."'],
    ['ollama', '"thinking":"Let me think."'],
    ['completion', '<think>\\nLet me think.\\n</think>'],
  ] as const)('over %s, streamed or whole', async (api, written) => {
    for (const stream of [true, false]) {
      simulator.enqueue({
        reasoning: 'Let me think.',
        calls: [{ name: 'calculator', arguments: { expression: '6 * 7' } }],
      });
      const { responses } = await converse(
        simulatorBackend(simulator.url, { api }),
        'what is 6*7?',
        { calculator: () => '42' },
        { stream },
      );
      expect(responses[0]?.message.parts[0]).toEqual({ type: 'reasoning', text: 'Let me think.', signer: api });
      expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain(written);
    }
  });
});

describe('the server', () => {
  it('records requests without their keys', async () => {
    await completeModel(simulatorBackend(simulator.url), REQUEST, { apiKey: 'top-secret' });
    expect(simulator.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/v1/chat/completions',
      body: { model: 'switchyard-simulator' },
    });
    expect(JSON.stringify(simulator.requests)).not.toContain('top-secret');
  });

  it('lists its model, tells what it is, and knows no other path', async () => {
    expect(await (await fetch(`${simulator.url}/v1/models`)).json()).toMatchObject({
      data: [{ id: 'switchyard-simulator' }],
    });
    expect(await (await fetch(`${simulator.url}/health`)).text()).toContain('no language model');
    expect((await fetch(`${simulator.url}/v1/nothing`)).status).toBe(404);
  });

  it('refuses what a real endpoint refuses', async () => {
    const post = async (path: string, body: string): Promise<[number, string]> => {
      const response = await fetch(`${simulator.url}${path}`, { method: 'POST', body });
      return [response.status, await response.text()];
    };
    expect(await post('/v1/chat/completions', '{')).toEqual([400, expect.stringContaining('could not parse')]);
    expect((await post('/v1/chat/completions', '{"model":"m"}'))[0]).toBe(400);
    const saying = (escape: string): string => `{"model":"m","messages":[{"role":"user","content":"a${escape}"}]}`;
    expect(await post('/v1/chat/completions', saying('\\ud83d'))).toEqual([
      400,
      expect.stringContaining('could not parse'),
    ]);
    expect((await post('/v1/chat/completions', saying('\\ud83d\\ude00 and \\\\ud83d')))[0]).toBe(200);
    const orphan = { model: 'm', messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] };
    expect(await post('/v1/chat/completions', JSON.stringify(orphan))).toEqual([
      400,
      expect.stringContaining('must be a response'),
    ]);
    const twice = {
      model: 'm',
      max_tokens: 5,
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    };
    expect(await post('/v1/messages', JSON.stringify(twice))).toEqual([400, expect.stringContaining('alternate')]);
    const thought = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 's' }] };
    const question = { role: 'user', content: 'a' };
    const trailing = { model: 'm', max_tokens: 5, messages: [question, thought, question] };
    expect(await post('/v1/messages', JSON.stringify(trailing))).toEqual([400, expect.stringContaining('final block')]);
    const call = { id: 'call_1', type: 'function', function: { name: 'clock', arguments: '{}' } };
    const called = { role: 'assistant', content: '', tool_calls: [call] };
    const result = { role: 'tool', tool_call_id: 'call_1', content: 'noon' };
    const conversation = { model: 'm', messages: [{ role: 'user', content: 'a' }, called, result] };
    expect(await post('/mistral/v1/chat/completions', JSON.stringify(conversation))).toEqual([
      400,
      expect.stringContaining('with a length of 9'),
    ]);
    expect(await post('/mistral/v1/chat/completions', JSON.stringify({ ...conversation, seed: 1 }))).toEqual([
      422,
      expect.stringContaining('not permitted'),
    ]);
    expect((await post('/v2/chat', JSON.stringify(conversation)))[0]).toBe(200);
    expect(await post('/v2/chat', JSON.stringify(orphan))).toEqual([400, expect.stringContaining('empty')]);
    expect(await post('/api/chat', JSON.stringify(conversation))).toEqual([
      400,
      expect.stringContaining('cannot unmarshal string'),
    ]);
  });

  it('a request over its window is an overflow', async () => {
    const small = await startSimulator({ contextWindow: 50 });
    for (const api of APIS) {
      await expect(
        completeModel(simulatorBackend(small.url, { api }), { messages: [userMessage('x'.repeat(1_000))] }),
      ).rejects.toMatchObject({ kind: 'overflow' });
    }
    await small.close();
  });

  it('a taken port is an error, and closing ends what is still open', async () => {
    await expect(startSimulator({ port: simulator.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const other = await startSimulator({ faults: [{ fault: 'hang' }] });
    const pending = completeModel(simulatorBackend(other.url), REQUEST).catch((error: unknown) => error);
    await until(() => other.requests.length === 1);
    await other.close();
    await other.close();
    expect(await pending).toMatchObject({ retryable: true });
  });

  it('streams in pieces', async () => {
    const deltas: string[] = [];
    for await (const event of callModel(simulatorBackend(simulator.url), { messages: [userMessage('hello')] })) {
      if (event.type === 'text_delta') deltas.push(event.text);
    }
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join('')).toMatch(/^Hello\. I am switchyard-simulator: .*\.$/);
  });
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
