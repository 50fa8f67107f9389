import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backend } from '@switchyard/models';
import { completeModel, defineProfile, userMessage } from '@switchyard/models';
import { converse, TOOLS } from '../agent.fixture.js';
import type { Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
afterEach(() => simulator.setFault(null));

const backend = (): Backend => simulatorBackend(simulator.url, { api: 'gemini' });
const TWO = 'what is 6*7 and what is 2+2?';
const signature = { thoughtSignature: 'skip_thought_signature_validator' };
const call = { functionCall: { name: 'calculator', args: { expression: '6 * 7' } } };
const response = { functionResponse: { name: 'calculator', response: { output: '42' } } };
const user = (...parts: object[]): object => ({ role: 'user', parts });
const model = (...parts: object[]): object => ({ role: 'model', parts });
const hello = user({ text: 'what is 6*7?' });

async function post(body: object, path = '/v1beta/models/gemini-x:generateContent'): Promise<[number, unknown]> {
  const answer = await fetch(`${simulator.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const said: unknown = await answer.json();
  return [answer.status, said];
}

describe('the endpoint of generateContent', () => {
  it.each([
    ['an unknown member', { contents: [hello], model: 'x' }, 'Unknown name "model"'],
    ['an unknown member within', { contents: [user({ text: 'a', type: 'text' })] }, 'Unknown name "type"'],
    ['an unknown setting', { contents: [hello], generationConfig: { max_tokens: 5 } }, 'Unknown name "max_tokens"'],
    ['no contents', {}, 'contents is not specified'],
    ['an empty part', { contents: [user({})] }, "required oneof field 'data'"],
    ['an empty text', { contents: [user({ text: '' })] }, 'text parameter'],
    ['a missing signature', { contents: [hello, model(call), user(response)] }, 'missing a thought_signature'],
    [
      'a signature of another call',
      { contents: [hello, model({ ...call, thoughtSignature: 'c2ltdWxhdGVkOmFiYw==' }), user(response)] },
      'Corrupted thought signature',
    ],
    [
      'a call without its response',
      { contents: [hello, model({ ...call, ...signature }, call), user(response)] },
      'number of function response parts',
    ],
    ['a response without its call', { contents: [user(response)] }, 'immediately after a function call turn'],
    ['a call at the beginning', { contents: [model({ ...call, ...signature }), user(response)] }, 'after a user turn'],
    ['an end that is not the user’s', { contents: [hello, model({ text: 'a' })] }, 'end with a user role'],
    [
      'a response that is no object',
      {
        contents: [
          hello,
          model({ ...call, ...signature }),
          user({ functionResponse: { name: 'calculator', response: '42' } }),
        ],
      },
      'Struct',
    ],
    [
      'a name that begins with a digit',
      { contents: [hello], tools: [{ functionDeclarations: [{ name: '9lives' }] }] },
      'Invalid function name',
    ],
  ])('refuses %s', async (_what, body, reason) => {
    expect(await post(body)).toEqual([
      400,
      { error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringContaining(reason) } },
    ]);
  });

  it('asks for no signature before the last question, and is served on the paths of Vertex too', async () => {
    const past = { contents: [hello, model(call), user(response), model({ text: '42' }), hello] };
    const vertex = '/v1/projects/p/locations/global/publishers/google/models/gemini-x:generateContent';
    for (const path of [undefined, vertex]) expect((await post(past, path))[0]).toBe(200);
  });

  it('records no key', async () => {
    await completeModel(backend(), { messages: [userMessage('hello')] }, { apiKey: 'top-secret' });
    expect(JSON.stringify(simulator.requests)).not.toContain('top-secret');
  });
});

describe('Gemini over its endpoint', () => {
  it('signatures of calls and texts come back unchanged, with ids and without', async () => {
    for (const callIds of ['none', 'token'] as const) {
      const profile = defineProfile({ api: 'gemini', callIds });
      const { answer } = await converse({ ...backend(), profile }, TWO, { calculator: () => 'done' });
      expect(answer).toContain('done');
      const sent = JSON.stringify(simulator.requests.at(-1)?.body);
      expect(sent).toMatch(/"thoughtSignature":"c2ltdWxhdGVk/);
      expect(sent).not.toContain('skip_thought_signature_validator');
      expect(sent.includes('"id":"call_')).toBe(callIds === 'token');
    }
  });

  it.each([
    'quirk-call-repeated',
    'quirk-double-encoded',
    'quirk-id-missing',
    'quirk-name-split',
    'quirk-arguments-streamed',
  ] as const)('%s: each call is still read once and right', async (fault) => {
    simulator.setFault({ fault });
    for (const stream of [true, false]) {
      const { toolCalls } = await completeModel(backend(), { messages: [userMessage(TWO)], tools: TOOLS, stream });
      expect(toolCalls.map((each) => each.arguments)).toEqual([{ expression: '6 * 7' }, { expression: '2 + 2' }]);
      expect(toolCalls[0]?.seal?.signer).toBe('gemini');
    }
  });

  it('an error between the events of a stream is told as what it is', async () => {
    simulator.setFault({ fault: 'error-midstream' });
    await expect(completeModel(backend(), { messages: [userMessage('hello')] })).rejects.toMatchObject({
      kind: 'overloaded',
      status: 503,
    });
  });
});
