import { describe, expect, it } from '@jest/globals';
import type { ModelResponse } from '../../model-response.js';
import { readEvents } from '../reading.fixture.js';

const START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    model: 'claude-x',
    usage: { input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 1 },
  },
};
const block = (index: number, content: object): object => ({
  type: 'content_block_start',
  index,
  content_block: content,
});
const delta = (index: number, change: object): object => ({ type: 'content_block_delta', index, delta: change });
const stop = (index: number): object => ({ type: 'content_block_stop', index });
const END = (reason: string): object[] => [
  { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 30 } },
  { type: 'message_stop' },
];
const CALL = [
  block(0, { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }),
  delta(0, { type: 'input_json_delta', partial_json: '' }),
  delta(0, { type: 'input_json_delta', partial_json: '{"city":"Pa' }),
  delta(0, { type: 'input_json_delta', partial_json: 'ris"}' }),
  stop(0),
];

function read(events: readonly unknown[]): ModelResponse {
  return readEvents({ api: 'anthropic' }, events);
}

describe('an answer over the Messages API', () => {
  it('gives thinking with its signature, text, and usage whose identities hold', () => {
    const response = read([
      START,
      { type: 'ping' },
      block(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'Hm.' }),
      delta(0, { type: 'signature_delta', signature: 'c2ln' }),
      stop(0),
      block(1, { type: 'redacted_thinking', data: 'sealed' }),
      block(2, { type: 'text', text: '' }),
      delta(2, { type: 'text_delta', text: 'Yes.' }),
      { type: 'some_event_of_the_future', x: 1 },
      ...END('end_turn'),
    ]);
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.', signer: 'anthropic', signature: 'c2ln' },
      { type: 'reasoning', text: '', signer: 'anthropic', opaque: 'sealed' },
      { type: 'text', text: 'Yes.' },
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', modelId: 'claude-x', responseId: 'msg_1' });
    expect(response.usage).toMatchObject({
      inputTokens: 130,
      uncachedInputTokens: 10,
      cacheReadTokens: 100,
      cacheWriteTokens: 20,
      outputTokens: 30,
    });
  });

  it('gives a whole call', () => {
    const response = read([START, ...CALL, ...END('tool_use')]);
    expect(response.toolCalls).toEqual([
      { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: { city: 'Paris' }, providerId: 'toolu_1' },
    ]);
    expect(response.finishReason).toBe('tool_calls');
  });

  it('reads a whole body, and input that is announced at once', () => {
    const input = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } };
    const whole = read([
      {
        id: 'msg_1',
        type: 'message',
        model: 'claude-x',
        content: [{ type: 'text', text: 'Hm' }, input],
        stop_reason: 'tool_use',
        usage: { input_tokens: 5, output_tokens: 2 },
      },
    ]);
    expect(whole.toolCalls[0]?.arguments).toEqual({ city: 'Paris' });
    expect(whole.usage.inputTokens).toBe(5);
    expect(read([START, block(0, input), ...END('tool_use')]).toolCalls[0]?.arguments).toEqual({ city: 'Paris' });
  });

  it('never executes a call of a cut answer', () => {
    const response = read([START, ...CALL, ...END('max_tokens')]);
    expect(response).toMatchObject({ finishReason: 'length', toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });

  it.each([
    ['refusal', 'refused'],
    ['pause_turn', 'paused'],
    ['model_context_window_exceeded', 'length'],
    ['something_new', 'other'],
  ])('stop reason %s is %s', (raw, reason) => {
    expect(read([START, block(0, { type: 'text', text: 'So' }), ...END(raw)])).toMatchObject({
      finishReason: reason,
      rawFinishReason: raw,
    });
  });

  it('a repeated message_start changes nothing, another answer within it is refused', () => {
    const response = read([START, START, ...CALL, ...END('tool_use')]);
    expect(response.toolCalls).toHaveLength(1);
    expect(response.repairs.map((repair) => repair.code)).toEqual(['message_start_repeated']);
    expect(() => read([START, ...CALL, { ...START, message: { id: 'msg_2' } }])).toThrow(
      expect.objectContaining({ kind: 'malformed' }),
    );
  });

  it('takes no count of tokens that cannot be one', () => {
    const end = { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: -3.5 } };
    const response = read([START, ...CALL, end]);
    expect(response.usage).toMatchObject({ inputTokens: 130, outputTokens: 1 });
    expect(response.repairs.map((repair) => repair.code)).toEqual(['usage_ignored']);
  });

  it.each([
    ['nothing', []],
    ['blank text', [block(0, { type: 'text', text: ' ' }), delta(0, { type: 'text_delta', text: '\n' })]],
    ['thoughts only', [block(0, { type: 'thinking', thinking: 'Hm.' })]],
  ])('an answer of %s is none', (_what, content) => {
    const empty = expect.objectContaining({ code: 'model.empty_answer', retryable: true });
    for (const reason of ['end_turn', 'something_new'])
      expect(() => read([START, ...content, ...END(reason)])).toThrow(empty);
    expect(read([START, ...content, ...END('max_tokens')]).finishReason).toBe('length');
    expect(read([START, ...content, ...END('pause_turn')]).finishReason).toBe('paused');
    expect(read([START, ...content, ...END('refusal')]).finishReason).toBe('refused');
  });

  it('an end without a reason after nothing is a broken stream', () => {
    expect(() => read([START, { type: 'message_stop' }])).toThrow(expect.objectContaining({ kind: 'broken_stream' }));
    expect(() => read(['[DONE]'])).toThrow(expect.objectContaining({ kind: 'broken_stream' }));
  });

  it('breaks off as what it is', () => {
    expect(() => read([START, ...CALL])).toThrow(expect.objectContaining({ kind: 'broken_stream', retryable: true }));
    expect(() => read([START, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }])).toThrow(
      expect.objectContaining({ kind: 'overloaded', retryable: true }),
    );
  });
});
