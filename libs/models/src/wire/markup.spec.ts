import { describe, expect, it } from '@jest/globals';
import type { ProfileInit } from '../profile/profile.js';
import { callChunk, chunk, readEvents, readerOf, responseOf } from './reading.fixture.js';

const CHAT: ProfileInit = { api: 'openai-chat' };
const CALL = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>';
const PARIS = [{ name: 'get_weather', arguments: { city: 'Paris' } }];

describe('what a server left in its text', () => {
  it.each([
    ['GLM', '<tool_call>get_weather<arg_key>city</arg_key><arg_value>Paris</arg_value></tool_call>'],
    [
      'Kimi',
      '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
    ],
    [
      'Kimi, drifting',
      '<|tool_calls_section_begin|><|tool_call_begin|>functions_get_weather_0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
    ],
    ['Llama 4', '[get_weather(city="Paris")]'],
    ['Hermes', CALL],
  ])('a call of %s is a call, and none of it is text', (_, text) => {
    const response = readEvents(CHAT, [...[...text].map((content) => chunk({ content })), chunk({}, 'stop'), '[DONE]']);
    expect(response.toolCalls).toMatchObject(PARIS);
    expect(response.finishReason).toBe('tool_calls');
    expect(response.message.parts.map(({ type }) => type)).toEqual(['tool_call']);
  });

  it('a name with a number at its end is not taken for the tool without it', () => {
    const text = '<tool_call>{"name": "get_weather_2", "arguments": {"city": "Paris"}}</tool_call>';
    const response = readEvents(CHAT, [chunk({ content: text }), chunk({}, 'stop')]);
    expect(response.toolCalls).toEqual([]);
    expect(response.rejectedCalls).toMatchObject([{ code: 'unknown_tool' }]);
  });

  it('reasoning between marks is reasoning', () => {
    const response = readEvents(CHAT, [chunk({ content: '<think>Hm.</think>\n\nHello.' }), chunk({}, 'stop')]);
    expect(response.message.parts).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hello.' },
    ]);
  });

  it('reasoning whose beginning the prompt held is put in its place when it ends, or at once where the profile knows', () => {
    const events = [chunk({ content: 'Hm.\n' }), chunk({ content: '</think>Hello.' }), chunk({}, 'stop')];
    const expected = [
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hello.' },
    ];
    expect(readEvents(CHAT, events).message.parts).toEqual(expected);
    const opened: ProfileInit = { ...CHAT, dialect: 'glm-4.7', reasoning: { opened: true } };
    expect(readEvents(opened, events).message.parts).toEqual(expected);
    const reader = readerOf(opened);
    expect(reader.push({ data: { choices: [{ delta: { content: 'Hm.' } }] }, text: '{}' })).toEqual([
      { type: 'reasoning_delta', text: 'Hm.' },
    ]);
  });

  it('a call that is told and left in the text as well is executed once', () => {
    const told = callChunk({ index: 0, id: 'c1', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } });
    const response = readEvents(CHAT, [chunk({ content: CALL }), told, chunk({}, 'tool_calls')]);
    expect(response.toolCalls).toHaveLength(1);
    expect(response.repairs).toContainEqual(expect.objectContaining({ code: 'call_repeated' }));
  });

  it('a call that cannot be read goes back to the model with the reason', () => {
    const text = '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Par\n</tool_call>';
    const response = readEvents(CHAT, [chunk({ content: text }), chunk({}, 'stop')]);
    expect(response.toolCalls).toEqual([]);
    expect(response.rejectedCalls).toMatchObject([{ code: 'truncated', call: { name: 'get_weather' } }]);
    expect(response.message.parts).toMatchObject([{ type: 'tool_call', name: 'get_weather', arguments: {} }]);
  });

  it('what is held back comes with the end', () => {
    const reader = readerOf(CHAT);
    const read = (content: string) => reader.push({ data: { choices: [{ delta: { content } }] }, text: '{}' });
    expect(read('a <tool')).toEqual([{ type: 'text_delta', text: 'a' }]);
    reader.push({ data: { choices: [{ delta: {}, finish_reason: 'stop' }] }, text: '{}' });
    const end = reader.end();
    expect(end[0]).toEqual({ type: 'text_delta', text: ' <tool' });
    expect(responseOf(end).message.parts).toEqual([{ type: 'text', text: 'a <tool' }]);
  });

  it('a provider whose text is only text is believed', () => {
    const events = [
      { type: 'message_start', message: { id: 'm', model: 'm' } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: CALL } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    ];
    expect(readEvents({ api: 'anthropic' }, events).message.parts).toEqual([{ type: 'text', text: CALL }]);
  });

  it('a dialect that is not known is said to be none', () => {
    expect(() => readerOf({ ...CHAT, dialect: 'klingon' })).toThrow(/klingon/);
  });
});
