import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AiSdkBackend, AiSdkOptions, CanonicalMessage, ModelEvent } from '@switchyard/models';
import { fromAiSdk, textOf, toolResultMessage, userMessage } from '@switchyard/models';
import { TOOLS } from './agent.fixture.js';
import type { Simulator } from './options.js';
import { startSimulator } from './start-simulator.js';

/** Models of the real SDK, over HTTP to a simulator. */
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.setFault(null));

const REQUEST = { messages: [userMessage('what is 6*7?')], tools: TOOLS };

function backendAt(baseURL: string, options: AiSdkOptions = {}): AiSdkBackend {
  const provider = createOpenAICompatible({
    name: 'sdk',
    baseURL,
    apiKey: 'sk-secret-secret-secret',
    includeUsage: true,
  });
  return fromAiSdk(provider('switchyard-simulator'), options);
}
const backend = (options?: AiSdkOptions): AiSdkBackend => backendAt(`${simulator.url}/v1`, options);

describe('a model of the AI SDK as a backend', () => {
  it.each([true, false])('answers, calls, and takes its results back; streamed: %s', async (stream) => {
    const sdk = backend({ name: 'through-the-sdk' });
    const asked = await sdk.complete({ ...REQUEST, stream });
    expect(asked).toMatchObject({
      toolCalls: [{ name: 'calculator', arguments: { expression: '6 * 7' } }],
      rejectedCalls: [],
      finishReason: 'tool_calls',
      usage: { source: 'reported' },
      message: { provenance: { backend: 'through-the-sdk', model: 'switchyard-simulator' } },
    });
    const [call] = asked.toolCalls;
    if (call === undefined) throw new Error('no call');
    const messages = [...REQUEST.messages, asked.message, toolResultMessage(call, '42')];
    const said = await sdk.complete({ ...REQUEST, messages, stream });
    expect(textOf(said.message)).toContain('42');
    expect(said.finishReason).toBe('stop');
  });

  it('what it says arrives in pieces, and the whole comes last', async () => {
    simulator.enqueue({ reasoning: 'Let me think about that.', text: 'One two three four five six seven eight.' });
    const events: ModelEvent[] = [];
    for await (const event of backend().call(REQUEST)) events.push(event);
    const kinds = events.map(({ type }) => type);
    expect(kinds.filter((type) => type === 'text_delta').length).toBeGreaterThan(1);
    expect(kinds).toContain('reasoning_delta');
    expect(kinds.slice(-3)).toEqual(['usage', 'finish', 'response']);
  });

  it('reasoning goes back to its own provider, and to no other', async () => {
    simulator.enqueue({ reasoning: 'Mine.', text: 'Yes.' });
    const { message } = await backend().complete(REQUEST);
    expect(message.parts[0]).toEqual({ type: 'reasoning', text: 'Mine.', signer: 'ai-sdk:sdk.chat' });
    const foreign: CanonicalMessage = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Foreign.', signer: 'anthropic' },
        { type: 'text', text: 'No.' },
      ],
    };
    await backend().complete({
      messages: [...REQUEST.messages, message, userMessage('And?'), foreign, userMessage('So?')],
    });
    const sent = JSON.stringify(simulator.requests.at(-1)?.body);
    expect(sent).toContain('Mine.');
    expect(sent).not.toContain('Foreign.');
  });

  it('settings reach the endpoint', async () => {
    await backend().complete({
      ...REQUEST,
      maxOutputTokens: 100,
      temperature: 0.5,
      topP: 0.9,
      seed: 7,
      stop: ['END'],
      toolChoice: { name: 'calculator' },
      extraBody: { user: 'u1' },
    });
    expect(simulator.requests.at(-1)?.body).toMatchObject({
      max_tokens: 100,
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      stop: ['END'],
      tool_choice: { type: 'function', function: { name: 'calculator' } },
      user: 'u1',
    });
  });

  it('any order and origin of messages is taken: results without calls, calls without results, instructions at the end', async () => {
    const messages: CanonicalMessage[] = [
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'ü'.repeat(200), name: 'no such tool', arguments: { a: 1 } }],
      },
      toolResultMessage({ id: 'nobody asked', name: 'clock' }, 'noon'),
      userMessage('Go on.'),
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
    ];
    expect((await backend().complete({ messages, tools: TOOLS })).finishReason).toMatch(/stop|tool_calls/u);
  });
});

describe('what goes wrong behind the SDK', () => {
  it.each([
    ['401', 'auth', false],
    ['404', 'bad_request', false],
    ['429', 'rate_limited', true],
    ['500', 'unavailable', true],
    ['503', 'overloaded', true],
    ['overflow', 'overflow', false],
  ] as const)('%s is %s', async (fault, kind, retryable) => {
    simulator.setFault({ fault, retryAfterMs: 1_500 });
    const error: unknown = await backend()
      .complete(REQUEST)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'ModelError', kind, retryable });
    if (fault === '429') expect(error).toMatchObject({ retryAfterMs: 1_500 });
    expect(JSON.stringify(error)).not.toContain('sk-secret');
  });

  it.each(['cut', 'unfinished', 'malformed', 'error-midstream'] as const)(
    '%s in the middle of a call: an error that may be retried, and no call',
    async (fault) => {
      simulator.setFault({ fault, after: 2 });
      await expect(backend().complete(REQUEST)).rejects.toMatchObject({ name: 'ModelError', retryable: true });
    },
  );

  it('a call that the output limit cut, of an unknown tool, or without its arguments is not executed', async () => {
    simulator.setFault({ fault: 'length' });
    expect(await backend().complete(REQUEST)).toMatchObject({ finishReason: 'length', toolCalls: [] });
    simulator.setFault({ fault: 'quirk-unknown-tool' });
    expect((await backend().complete(REQUEST)).rejectedCalls).toMatchObject([{ code: 'unknown_tool' }]);
    simulator.setFault({ fault: 'quirk-arguments-missing' });
    expect((await backend().complete(REQUEST)).rejectedCalls).toMatchObject([{ code: 'invalid_arguments' }]);
  });

  it.each(['quirk-call-repeated', 'quirk-double-encoded', 'quirk-id-missing', 'quirk-finish-stop'] as const)(
    '%s: the call is executed once, or not at all',
    async (fault) => {
      simulator.setFault({ fault });
      const outcome = await backend()
        .complete(REQUEST)
        .then(({ toolCalls }) => toolCalls.map((call) => call.arguments))
        .catch((error: unknown) => expect(error).toMatchObject({ name: 'ModelError' }));
      if (outcome !== undefined) expect(outcome).toEqual([{ expression: '6 * 7' }]);
    },
  );

  it('markup that the endpoint left in its text is read', async () => {
    simulator.enqueue({ text: '<tool_call>\n{"name": "calculator", "arguments": {"expression": "1"}}\n</tool_call>' });
    expect((await backend().complete(REQUEST)).toolCalls).toMatchObject([{ arguments: { expression: '1' } }]);
  });

  it('nobody listens: unavailable', async () => {
    const gone = await startSimulator();
    await gone.close();
    await expect(backendAt(`${gone.url}/v1`).complete(REQUEST)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('a silent endpoint ends with a time-out, and a caller who aborts is heard at once', async () => {
    simulator.setFault({ fault: 'hang' });
    await expect(backend().complete(REQUEST, { timeouts: { firstByteMs: 50 } })).rejects.toMatchObject({
      code: 'model.timeout.first_byte',
    });
    const controller = new AbortController();
    const pending = backend().complete(REQUEST, { signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
