import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Backend } from '@switchyard/models';
import { completeModel, toolResultMessage, userMessage } from '@switchyard/models';
import { TOOLS } from '../agent.fixture.js';
import type { Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';

let simulator: Simulator;
let backend: Backend;
beforeAll(async () => {
  simulator = await startSimulator();
  backend = simulatorBackend(simulator.url, { api: 'bedrock' });
});
afterAll(() => simulator.close());

const user = (text: string): object => ({ role: 'user', content: [{ text }] });
const called = { toolUse: { toolUseId: 't1', name: 'clock', input: {} } };
const result = { toolResult: { toolUseId: 't1', content: [{ text: 'noon' }] } };
const toolConfig = { tools: [{ toolSpec: { name: 'clock', inputSchema: { json: { type: 'object' } } } }] };

describe('Converse as the simulator serves it', () => {
  it.each<[string, object]>([
    ['must start with a user message', { messages: [{ role: 'assistant', content: [{ text: 'a' }] }] }],
    ['must alternate', { messages: [user('a'), user('b')] }],
    ['must end with a user message', { messages: [user('a'), { role: 'assistant', content: [{ text: 'a' }] }] }],
    ['must end with a user message', { messages: [] }],
    ['is blank', { messages: [user(' ')] }],
    ['is empty', { messages: [{ role: 'user', content: [] }] }],
    [
      'toolConfig field must be defined',
      { messages: [user('a'), { role: 'assistant', content: [called] }, { role: 'user', content: [result] }] },
    ],
    [
      'Expected toolResult blocks',
      { messages: [user('a'), { role: 'assistant', content: [called] }, user('b')], toolConfig },
    ],
    ['exceeds the number of toolUse blocks', { messages: [{ role: 'user', content: [result] }], toolConfig }],
    [
      'must be one of the following: object',
      { messages: [user('a')], toolConfig: { tools: [{ toolSpec: { name: 'a', inputSchema: { json: {} } } }] } },
    ],
    ['failed to satisfy constraint', { messages: [user('a')], toolConfig: { tools: [] } }],
  ])('refuses a request: %s', async (reason, body) => {
    const url = `${simulator.url}/model/any.model-v1%3A0/converse`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
    expect(await response.json()).toEqual({ message: expect.stringContaining(reason) });
  });

  it('takes a signed request, and records no part of its credential', async () => {
    const credential = ['AKIDEXAMPLE', 'wJalrXUtnFEMI-very-secret', 'the-session-token'];
    const request = { messages: [userMessage('what is 6*7?')], tools: TOOLS };
    const { toolCalls } = await completeModel(backend, request, { apiKey: credential.join(':') });
    expect(toolCalls[0]).toMatchObject({ name: 'calculator', arguments: { expression: '6 * 7' } });
    expect(simulator.requests.at(-1)?.path).toBe('/model/switchyard-simulator/converse-stream');
    const recorded = JSON.stringify(simulator.requests);
    for (const part of credential) expect(recorded).not.toContain(part);
  });

  it('reasoning is signed, and comes back to its signer', async () => {
    simulator.enqueue({ reasoning: 'Let me think.', text: 'Yes.' });
    const { message } = await completeModel(backend, { messages: [userMessage('Hi')] });
    await completeModel(backend, { messages: [userMessage('Hi'), message, userMessage('And?')] });
    expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain(
      '{"reasoningContent":{"reasoningText":{"text":"Let me think.","signature":"',
    );
  });

  it('a tool that is only named, because the history calls it, is not called again', async () => {
    const question = userMessage('what is 6*7?');
    const { message, toolCalls } = await completeModel(backend, { messages: [question], tools: TOOLS });
    const answered = toolCalls.map((call) => toolResultMessage(call, '42'));
    const request = { messages: [question, message, ...answered, userMessage('what is 2+2?')], tools: TOOLS };
    expect((await completeModel(backend, request)).toolCalls).toHaveLength(1);
    const last = await completeModel(backend, { ...request, toolChoice: 'none' });
    expect([last.toolCalls, last.rejectedCalls]).toEqual([[], []]);
  });

  it('a fault is asked for in the model id, whose signs are encoded in the path', async () => {
    const failing = simulatorBackend(simulator.url, { api: 'bedrock', model: 'eu.simulator-v1:0+429;retryAfterMs=70' });
    await expect(completeModel(failing, { messages: [userMessage('Hi')] })).rejects.toMatchObject({
      kind: 'rate_limited',
      status: 429,
      retryAfterMs: 70,
    });
  });
});
