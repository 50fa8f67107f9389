import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ModelRequest } from '../../model-request.js';
import type { ModelResponse } from '../../model-response.js';
import { readBytes, readEvents } from '../reading.fixture.js';
import { eventFrame, eventFrames } from './frames.fixture.js';

const START = { messageStart: { role: 'assistant' } };
const toolStart = (index: number, toolUseId: string, name = 'get_weather', more: object = {}): object => ({
  contentBlockStart: { contentBlockIndex: index, start: { toolUse: { toolUseId, name, ...more } } },
});
const delta = (index: number, change: object): object => ({
  contentBlockDelta: { contentBlockIndex: index, delta: change },
});
const text = (index: number, words: string): object => delta(index, { text: words });
const input = (index: number, piece: unknown): object => delta(index, { toolUse: { input: piece } });
const think = (index: number, content: object): object => delta(index, { reasoningContent: content });
const stop = (index: number): object => ({ contentBlockStop: { contentBlockIndex: index } });
const end = (stopReason: string): object => ({ messageStop: { stopReason } });
const USAGE = {
  metadata: {
    usage: {
      inputTokens: 10,
      outputTokens: 30,
      totalTokens: 160,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 20,
    },
    metrics: { latencyMs: 5 },
  },
};
const CALL = [toolStart(0, 'tooluse_1'), input(0, '{"city":"Pa'), input(0, 'ris"}'), stop(0)];

function read(events: readonly unknown[], request: Partial<ModelRequest> = {}): ModelResponse {
  return readEvents({ api: 'bedrock' }, events, request);
}
const argumentsOf = (response: ModelResponse): unknown[] => response.toolCalls.map((call) => call.arguments);
const failing = (kind: string, more: object = {}): unknown => expect.objectContaining({ kind, ...more });

describe('an answer over ConverseStream', () => {
  it('gives reasoning with its signature, its sealed form, text, and usage whose identities hold', () => {
    const response = read([
      START,
      think(0, { text: 'H' }),
      think(0, { text: 'm.' }),
      think(0, { signature: 'c2' }),
      think(0, { signature: 'ln' }),
      stop(0),
      think(1, { redactedContent: 'c2VhbGVk' }),
      stop(1),
      text(2, 'Yes'),
      text(2, '.'),
      stop(2),
      end('end_turn'),
      USAGE,
    ]);
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'bedrock', signature: 'c2ln' },
      { type: 'reasoning', text: '', signer: 'bedrock', opaque: 'c2VhbGVk' },
      { type: 'text', text: 'Yes.' },
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', modelId: 'asked-model', repairs: [] });
    expect(response.usage).toMatchObject({
      inputTokens: 130,
      uncachedInputTokens: 10,
      cacheReadTokens: 100,
      cacheWriteTokens: 20,
      outputTokens: 30,
      source: 'reported',
    });
  });

  it('gives a whole call', () => {
    const response = read([START, ...CALL, end('tool_use'), USAGE]);
    expect(response.toolCalls).toEqual([
      { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: { city: 'Paris' }, providerId: 'tooluse_1' },
    ]);
    expect(response).toMatchObject({ finishReason: 'tool_calls', rejectedCalls: [], repairs: [] });
  });

  it('reads a whole body', () => {
    const response = read([
      {
        output: {
          message: {
            role: 'assistant',
            content: [
              { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
              { reasoningContent: { redactedContent: 'c2VhbGVk' } },
              { text: 'So' },
              { citationsContent: { content: [{ text: ' it is' }], citations: [] } },
              { toolUse: { toolUseId: 't1', name: 'get_weather', input: { city: 'Paris' } } },
              { toolUse: { toolUseId: 't2', name: 'clock', input: {} } },
              { toolUse: { toolUseId: 't3', name: 'clock', input: {}, type: 'server_tool_use' } },
            ],
          },
        },
        stopReason: 'tool_use',
        usage: USAGE.metadata.usage,
        metrics: { latencyMs: 1 },
      },
    ]);
    expect(response.message.parts.slice(0, 3)).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'bedrock', signature: 'c2ln' },
      { type: 'reasoning', text: '', signer: 'bedrock', opaque: 'c2VhbGVk' },
      { type: 'text', text: 'So it is' },
    ]);
    expect(argumentsOf(response)).toEqual([{ city: 'Paris' }, {}]);
    expect(response.usage.inputTokens).toBe(130);
  });

  it('never executes a call of a cut answer', () => {
    const response = read([START, toolStart(0, 't1'), input(0, '{"city":"Pa'), end('max_tokens')]);
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'refused'],
    ['content_filtered', 'refused'],
    ['malformed_model_output', 'other'],
    ['malformed_tool_use', 'other'],
    ['something_new', 'other'],
  ])('stop reason %s is %s', (raw, reason) => {
    expect(read([START, text(0, 'So'), end(raw)])).toMatchObject({ finishReason: reason, rawFinishReason: raw });
  });

  it.each(['malformed_tool_use', 'malformed_model_output', 'guardrail_intervened', 'content_filtered'])(
    'no call is executed after %s',
    (raw) => {
      expect(read([START, ...CALL, end(raw)])).toMatchObject({ toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
    },
  );

  it('an answer of nothing is none', () => {
    for (const events of [[], [text(0, ' ')], [think(0, { text: 'Hm.' })]])
      expect(() => read([START, ...events, end('end_turn')])).toThrow(failing('empty_answer', { retryable: true }));
    expect(() => read([START, end('malformed_tool_use')])).toThrow(failing('empty_answer'));
    expect(read([START, end('guardrail_intervened')]).finishReason).toBe('refused');
  });
});

describe('what streams do', () => {
  it.each([
    ['nothing at all', []],
    ['an empty piece', [input(0, '')]],
    ['an empty object', [input(0, '{}')]],
    ['an object that is no text', [input(0, {})]],
  ])('a tool without arguments streams %s', (_what, pieces) => {
    const response = read([START, toolStart(0, 't1', 'clock'), ...pieces, stop(0), end('tool_use')]);
    expect(argumentsOf(response)).toEqual([{}]);
  });

  it('a call that is never closed counts when the answer is over, if it is whole', () => {
    expect(argumentsOf(read([START, ...CALL.slice(0, 3), end('tool_use')]))).toEqual([{ city: 'Paris' }]);
    expect(argumentsOf(read([START, toolStart(0, 't1', 'clock'), end('tool_use')]))).toEqual([{}]);
    expect(read([START, ...CALL.slice(0, 2), end('tool_use')])).toMatchObject({
      toolCalls: [],
      rejectedCalls: [{ code: 'malformed_arguments' }],
    });
  });

  it('text has no start event, or one that says nothing', () => {
    const announced = { contentBlockStart: { contentBlockIndex: 0, start: {} } };
    for (const start of [[], [announced], [{ contentBlockStart: { contentBlockIndex: 0, start: { text: '' } } }]])
      expect(read([START, ...start, text(0, 'Hi'), stop(0), end('end_turn')]).message.parts).toEqual([
        { type: 'text', text: 'Hi' },
      ]);
  });

  it('index 0 is repeated, or left out, for every block', () => {
    const events = [text(0, 'So'), stop(0), ...CALL, toolStart(0, 't2'), input(0, '{"city":"Rome"}'), stop(0)];
    const bare = JSON.parse(JSON.stringify(events).replaceAll('"contentBlockIndex":0,', '')) as unknown[];
    for (const each of [events, bare])
      expect(argumentsOf(read([START, ...each, end('tool_use')]))).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
    // Without stops between them, each start still begins a call of its own.
    const open = [toolStart(0, 't1'), input(0, '{"city":"Paris"}'), toolStart(0, 't2'), input(0, '{"city":"Rome"}')];
    expect(argumentsOf(read([START, text(0, 'So'), ...open, end('tool_use')]))).toEqual([
      { city: 'Paris' },
      { city: 'Rome' },
    ]);
  });

  it('parallel calls are interleaved', () => {
    const response = read([
      START,
      toolStart(1, 't1'),
      toolStart(2, 't2'),
      input(2, '{"city":'),
      input(1, '{"city":"Par'),
      input(2, '"Rome"}'),
      input(1, 'is"}'),
      stop(2),
      stop(1),
      end('tool_use'),
    ]);
    expect(argumentsOf(response)).toEqual([{ city: 'Paris' }, { city: 'Rome' }]);
  });

  it('a start that is repeated goes on, a call that is sent again is executed once', () => {
    expect(argumentsOf(read([START, toolStart(0, 'tooluse_1'), ...CALL, end('tool_use')]))).toEqual([
      { city: 'Paris' },
    ]);
    const response = read([START, ...CALL, ...CALL, end('tool_use')]);
    expect(argumentsOf(response)).toEqual([{ city: 'Paris' }]);
    expect(response.repairs.map(({ code }) => code)).toEqual(['call_repeated']);
  });

  it('usage comes before the end, and impossible counts are no counts', () => {
    expect(read([START, ...CALL, USAGE, end('tool_use')]).usage.inputTokens).toBe(130);
    const odd = { metadata: { usage: { inputTokens: -3, outputTokens: 1.5 } } };
    const response = read([START, ...CALL, end('tool_use'), odd]);
    expect(response.usage.source).toBe('estimated');
    expect(response.repairs.map(({ code }) => code)).toEqual(['usage_ignored']);
  });

  it('finish is "end_turn" although there are calls, or "tool_use" without one', () => {
    expect(read([START, ...CALL, end('end_turn')])).toMatchObject({ finishReason: 'tool_calls' });
    expect(read([START, text(0, 'Hi'), end('tool_use')])).toMatchObject({ finishReason: 'stop' });
  });

  it('events and members that are not known yet are passed over', () => {
    const response = read([
      START,
      { somethingNew: { x: 1 } },
      delta(0, { citation: { title: 'x' } }),
      text(0, 'Hi'),
      { contentBlockStop: { contentBlockIndex: 0, p: 'abcdef' } },
      end('end_turn'),
    ]);
    expect(response.message.parts).toEqual([{ type: 'text', text: 'Hi' }]);
  });

  it("a tool that the service runs itself is not ours to call, and its result is not the model's text", () => {
    const response = read([
      START,
      toolStart(0, 's1', 'get_weather', { type: 'server_tool_use' }),
      input(0, '{"city":"Paris"}'),
      stop(0),
      { contentBlockStart: { contentBlockIndex: 1, start: { toolResult: { toolUseId: 's1' } } } },
      delta(1, { toolResult: [{ text: 'sun' }] }),
      stop(1),
      text(2, 'Sunny.'),
      end('end_turn'),
    ]);
    expect(response.message.parts).toEqual([{ type: 'text', text: 'Sunny.' }]);
  });

  it('sealed reasoning in several pieces is one form', () => {
    const [a, b] = [Buffer.from('sea'), Buffer.from('led!')].map((bytes) => bytes.toString('base64'));
    const response = read([
      START,
      think(0, { redactedContent: a }),
      think(0, { redactedContent: b }),
      text(1, 'Hi'),
      end('end_turn'),
    ]);
    expect(response.message.parts[0]).toMatchObject({ opaque: Buffer.from('sealed!').toString('base64') });
  });

  it('a start that is repeated at the beginning changes nothing, another answer within one is refused', () => {
    const response = read([START, START, ...CALL, end('tool_use')]);
    expect(response.repairs.map(({ code }) => code)).toEqual(['message_start_repeated']);
    expect(() => read([START, ...CALL, START])).toThrow(failing('malformed'));
  });

  it('arguments for a call that nobody announced are refused', () => {
    expect(() => read([START, input(0, '{"city":"Paris"}')])).toThrow(failing('malformed'));
    expect(() => read([START, ...CALL, input(0, '{"city":"Rome"}')])).toThrow(failing('malformed'));
  });

  it('what is not JSON is malformed', () => {
    expect(() => read([START, 'nonsense'])).toThrow(failing('malformed', { retryable: true }));
  });
});

describe('tools that are withheld', () => {
  it.each([
    ['none was offered', { tools: [] }],
    ['the choice is none', { toolChoice: 'none' as const }],
  ])('are not executed, although the model calls one: %s', (_what, request) => {
    expect(read([START, ...CALL, end('tool_use')], request)).toMatchObject({
      toolCalls: [],
      rejectedCalls: [{ code: 'unknown_tool' }],
    });
  });
});

describe('a stream that breaks off', () => {
  it('without a stop reason is broken, and after it is whole', () => {
    expect(() => read([START, ...CALL])).toThrow(failing('broken_stream', { retryable: true }));
    expect(() => read([])).toThrow(failing('broken_stream'));
    expect(read([START, ...CALL, end('tool_use')]).usage.source).toBe('estimated');
  });

  it.each([
    ['throttlingException', 'Too many tokens, please wait before trying again.', 'rate_limited', true],
    ['modelStreamErrorException', 'An error occurred while streaming the response.', 'unavailable', true],
    ['validationException', 'Input is too long for requested model.', 'overflow', false],
    ['validationException', 'Malformed input request', 'bad_request', false],
    ['serviceUnavailableException', 'Try again', 'overloaded', true],
    ['internalServerException', 'Try again', 'unavailable', true],
    ['modelTimeoutException', 'Model has timed out', 'timeout', true],
    ['unheardOfException', 'What?', 'unavailable', true],
  ])('by %s (%s) is %s', (type, message, kind, retryable) => {
    const expected = failing(kind, { retryable, message: expect.stringContaining(message) });
    expect(() => read([START, text(0, 'Hi'), { error: { type, message } }])).toThrow(expected);
    expect(() => read([START, text(0, 'Hi'), { [type]: { message } }])).toThrow(expected);
  });
});

describe('the bytes of a stream', () => {
  const events = [
    START,
    text(0, 'Grüezi 世界 🌍'),
    stop(0),
    toolStart(1, 't1'),
    input(1, '{"city":"Zü'),
    input(1, 'rich 🚂"}'),
  ];
  const answer = eventFrames([...events, stop(1)]);
  const bytes = Buffer.concat([answer, eventFrames([end('tool_use'), USAGE])]);

  it('may be cut anywhere, within characters and frames', () => {
    const expected = readBytes({ api: 'bedrock' }, bytes, []);
    expect(JSON.stringify(expected)).toContain('Zürich 🚂');
    expect(readBytes({ api: 'bedrock' }, bytes, [...bytes.keys()])).toEqual(expected);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 60 }), (cuts) => {
        expect(readBytes({ api: 'bedrock' }, bytes, cuts)).toEqual(expected);
      }),
    );
  });

  it('that end anywhere before the stop reason never give a call to execute', () => {
    const safe = answer.length + eventFrame('messageStop', { stopReason: 'tool_use' }).length - 1;
    fc.assert(
      fc.property(fc.nat(safe), (length) => {
        expect(() => readBytes({ api: 'bedrock' }, bytes.subarray(0, length), [])).toThrow(failing('broken_stream'));
      }),
    );
  });

  it('that are damaged never give a call to execute', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Uint8Array.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        expect(() => readBytes({ api: 'bedrock' }, damaged, [])).toThrow(failing('malformed', { retryable: true }));
      }),
    );
  });
});
