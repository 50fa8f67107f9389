import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../json.js';
import { textOf, userMessage } from '../../messages/message-helpers.js';
import type { ModelResponse } from '../../model-response.js';
import { TOOLS, readEvents, readerOf, responseOf, targetOf } from '../reading.fixture.js';
import { renderResponses } from './render.js';
import { validateResponses } from './validate.fixture.js';

const INIT = { api: 'openai-responses' as const, capabilities: { reasoning: true } };
const PARIS = { city: 'Paris' };
const ARGUMENTS = JSON.stringify(PARIS);
const USAGE = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 60 },
  output_tokens: 30,
  output_tokens_details: { reasoning_tokens: 20 },
  total_tokens: 130,
};

const message = (text: string, more: object = {}): JsonObject => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
  ...more,
});
const functionCall = (more: object = {}): JsonObject => ({
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_x',
  name: 'get_weather',
  arguments: ARGUMENTS,
  status: 'completed',
  ...more,
});
const reasoning = (id: string, summary: string[] = [], more: object = {}): JsonObject => ({
  type: 'reasoning',
  id,
  summary: summary.map((text) => ({ type: 'summary_text', text })),
  encrypted_content: `sealed ${id}`,
  ...more,
});

const CREATED = { type: 'response.created', response: { id: 'resp_1', model: 'gpt-x', status: 'in_progress' } };
const added = (index: number | undefined, item: object): object => ({
  type: 'response.output_item.added',
  output_index: index,
  item,
});
const done = (index: number | undefined, item: object): object => ({
  type: 'response.output_item.done',
  output_index: index,
  item,
});
const text = (index: number | undefined, delta: string, more: object = {}): object => ({
  type: 'response.output_text.delta',
  output_index: index,
  item_id: 'msg_1',
  content_index: 0,
  delta,
  ...more,
});
const argument = (index: number | undefined, delta: string, more: object = {}): object => ({
  type: 'response.function_call_arguments.delta',
  output_index: index,
  item_id: 'fc_1',
  delta,
  ...more,
});
const argumentsDone = (index: number | undefined, whole: string, more: object = {}): object => ({
  type: 'response.function_call_arguments.done',
  output_index: index,
  item_id: 'fc_1',
  arguments: whole,
  ...more,
});
const completed = (output: readonly object[] = [], more: object = {}): object => ({
  type: 'response.completed',
  response: { id: 'resp_1', object: 'response', model: 'gpt-x', status: 'completed', output, usage: USAGE, ...more },
});
/** All events of a message as OpenAI sends them. */
const spoken = (index: number, pieces: readonly string[]): object[] => [
  added(index, message('', { content: [], status: 'in_progress' })),
  { type: 'response.content_part.added', output_index: index, part: { type: 'output_text', text: '' } },
  ...pieces.map((piece) => text(index, piece)),
  { type: 'response.output_text.done', output_index: index, content_index: 0, text: pieces.join('') },
  { type: 'response.content_part.done', output_index: index, part: { type: 'output_text', text: pieces.join('') } },
  done(index, message(pieces.join(''))),
];
const called = (index: number, more: object = {}): object[] => [
  added(index, functionCall({ ...more, arguments: '', status: 'in_progress' })),
  argument(index, '{"city":'),
  argument(index, '"Paris"}'),
  argumentsDone(index, ARGUMENTS),
  done(index, functionCall(more)),
];

const read = (events: readonly unknown[]): ModelResponse => readEvents(INIT, events);
const calls = (response: ModelResponse): [string, unknown][] =>
  response.toolCalls.map((call) => [call.name, call.arguments]);
const CALLED = [['get_weather', PARIS]];
const broken = expect.objectContaining({ kind: 'broken_stream', retryable: true });

describe('an answer over the Responses API', () => {
  const stream = [
    CREATED,
    { type: 'response.in_progress', response: { id: 'resp_1' } },
    added(0, reasoning('rs_1', [], { encrypted_content: '' })),
    { type: 'response.reasoning_summary_part.added', output_index: 0, summary_index: 0, part: {} },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'Fi' },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'rst.' },
    { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 0, text: 'First.' },
    { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 1, delta: 'Then.' },
    done(0, reasoning('rs_1', ['First.', 'Then.'])),
    ...spoken(1, ['Hel', 'lo']),
    ...called(2),
    completed([reasoning('rs_1', ['First.', 'Then.']), message('Hello'), functionCall()]),
  ];

  it('gives reasoning with its seal, text, a call, finish and usage, each once', () => {
    const response = read(stream);
    expect(response.message.parts).toEqual([
      {
        type: 'reasoning',
        text: 'First.\n\nThen.',
        signer: 'openai',
        opaque: {
          id: 'rs_1',
          summary: [
            { type: 'summary_text', text: 'First.' },
            { type: 'summary_text', text: 'Then.' },
          ],
          encrypted_content: 'sealed rs_1',
        },
      },
      { type: 'text', text: 'Hello' },
      { type: 'tool_call', id: 'call_1', name: 'get_weather', arguments: PARIS, providerId: 'call_x' },
    ]);
    expect(response).toMatchObject({
      finishReason: 'tool_calls',
      rawFinishReason: 'completed',
      modelId: 'gpt-x',
      responseId: 'resp_1',
      repairs: [],
    });
    expect(response.usage).toEqual({
      inputTokens: 100,
      uncachedInputTokens: 40,
      cacheReadTokens: 60,
      cacheWriteTokens: 0,
      outputTokens: 30,
      reasoningTokens: 20,
      source: 'reported',
    });
  });

  it('shows each delta as it comes, and no text twice', () => {
    const reader = readerOf(INIT);
    const events = stream.flatMap((data) => reader.push({ data: JSON.parse(JSON.stringify(data)), text: '' }));
    expect(events.map((event) => ('text' in event ? event.text : 'arguments' in event ? event.arguments : ''))).toEqual(
      ['Fi', 'rst.', '\n\nThen.', 'Hel', 'lo', '', '{"city":', '"Paris"}'],
    );
  });

  it('reads a whole body as the stream of the same answer', () => {
    const output = [reasoning('rs_1', ['First.', 'Then.']), message('Hello'), functionCall()];
    const whole = { id: 'resp_1', object: 'response', model: 'gpt-x', status: 'completed', error: null, output };
    expect(read([{ ...whole, usage: USAGE }])).toEqual(read(stream));
  });

  it.each([
    ['the events that announce', (type: string) => type !== 'response.output_item.added'],
    ['the deltas', (type: string) => !type.endsWith('.delta')],
    ['the events that end', (type: string) => !type.endsWith('.done')],
    ['all but the last event', (type: string) => type === 'response.completed'],
    ['all but the events that end an item', (type: string) => /item\.done|completed/.test(type)],
  ])('gives the same without %s', (_what, keep) => {
    const kept = stream.filter((event) => keep('type' in event ? String(event.type) : ''));
    const { message: whole, toolCalls } = read(stream);
    const response = read(kept);
    expect(response.message.parts).toEqual(whole.parts);
    expect(response.toolCalls).toEqual(toolCalls);
  });

  it('whatever events are missing, nothing is taken twice and no call is guessed', () => {
    fc.assert(
      fc.property(fc.subarray(stream.slice(0, -1)), fc.boolean(), (some, rotate) => {
        let ids = 0;
        const turned = rotate ? some.map((event) => withOtherIds(event, () => `id_${ids++}`)) : some;
        const response = read([...turned, stream.at(-1)]);
        expect(textOf(response.message)).toMatch(/^(Hello|Hel|lo)$/);
        expect(response.toolCalls.length + response.rejectedCalls.length).toBe(1);
        for (const call of response.toolCalls) expect(call.arguments).toEqual(PARIS);
      }),
      { numRuns: 500 },
    );
  });

  it('whatever events come twice in a row, nothing but a delta is taken twice', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length - 1), { maxLength: 8 }), (repeated) => {
        const events = stream.flatMap((event, index) => {
          const isDelta = 'type' in event && String(event.type).endsWith('.delta');
          return repeated.includes(index) && !isDelta ? [event, event] : [event];
        });
        expect(read(events).message.parts).toEqual(read(stream).message.parts);
      }),
    );
  });
});

describe('the quirks of proxies and imitations', () => {
  it('ids that rotate with every event, as behind Copilot: the output index says what belongs together', () => {
    let ids = 0;
    const events = [
      CREATED,
      added(0, reasoning('x', [], { encrypted_content: '' })),
      { type: 'response.reasoning_summary_text.delta', output_index: 0, item_id: '', summary_index: 0, delta: 'Hm.' },
      done(0, reasoning('x', ['Hm.'])),
      ...spoken(1, ['Hel', 'lo']),
      ...called(2),
      ...called(3, { call_id: 'call_y', id: 'fc_2' }),
    ].map((event) => withOtherIds(event, () => `rotated_${ids++}`));
    const output = [reasoning('x', ['Hm.']), message('Hello'), functionCall(), functionCall({ call_id: 'call_y' })].map(
      (item) => withOtherIds(item, () => `rotated_${ids++}`),
    );
    const response = read([...events, completed(output)]);
    expect(textOf(response.message)).toBe('Hello');
    expect(calls(response)).toEqual([...CALLED, ...CALLED]);
    // The seal is bound to the id that came with it: of the item's own end, not of its beginning or of the response.
    const parts = response.message.parts.filter((part) => part.type === 'reasoning');
    expect(parts).toMatchObject([{ text: 'Hm.', opaque: { id: 'rotated_2', encrypted_content: 'sealed x' } }]);
  });

  it('call ids that rotate too, and places that are counted otherwise at the end', () => {
    const response = read([
      CREATED,
      added(0, reasoning('rs_1')),
      ...called(1, { call_id: 'call_first' }),
      completed([functionCall({ id: 'other', call_id: 'call_second' })]),
    ]);
    expect(calls(response)).toEqual(CALLED);
  });

  it('one output index for all items: their ids say what belongs together', () => {
    const second = { id: 'fc_2', call_id: 'call_y', name: 'clock', arguments: '{}' };
    const response = read([
      CREATED,
      ...spoken(0, ['Hello']),
      added(0, functionCall({ arguments: '' })),
      added(0, functionCall({ ...second, arguments: '' })),
      argument(0, '{"city":'),
      argument(0, '{}', { item_id: 'fc_2' }),
      argument(0, '"Paris"}'),
      done(0, functionCall()),
      done(0, functionCall(second)),
      completed(),
    ]);
    expect(textOf(response.message)).toBe('Hello');
    expect(calls(response)).toEqual([...CALLED, ['clock', {}]]);
  });

  it('neither index nor ids: the item that is open is meant', () => {
    const bare = { item_id: undefined, content_index: undefined };
    const response = read([
      added(undefined, message('', { id: undefined, content: [] })),
      text(undefined, 'Hel', bare),
      text(undefined, 'lo', bare),
      done(undefined, message('Hello', { id: undefined })),
      added(undefined, functionCall({ id: undefined, arguments: '' })),
      argument(undefined, ARGUMENTS, bare),
      done(undefined, functionCall({ id: undefined })),
      completed([message('Hello'), functionCall()]),
    ]);
    expect(textOf(response.message)).toBe('Hello');
    expect(calls(response)).toEqual(CALLED);
  });

  it('an item that was announced without its index and goes on with one', () => {
    const response = read([
      added(undefined, message('', { content: [] })),
      text(0, 'Hello', { item_id: 'other' }),
      done(undefined, message('Hello')),
      completed([message('Hello')]),
    ]);
    expect(textOf(response.message)).toBe('Hello');
  });

  it('one output index for two messages, the second after the first', () => {
    const second = message('lo', { id: 'msg_2' });
    const more = { item_id: 'msg_2' };
    const events = [...spoken(0, ['Hel']), added(0, { ...second, content: [] }), text(0, 'lo', more), done(0, second)];
    expect(textOf(read([...events, completed()]).message)).toBe('Hello');
  });

  it('calls that were announced without their index and go on with one, under other ids', () => {
    const rome = functionCall({ id: 'fc_2', call_id: 'call_y', arguments: '' });
    const response = read([
      added(undefined, functionCall({ arguments: '' })),
      argument(0, '{"city":', { item_id: 'a' }),
      added(undefined, rome),
      argument(1, '{"city":"Ro', { item_id: 'b' }),
      argument(0, '"Paris"}', { item_id: 'c' }),
      argument(1, 'me"}', { item_id: 'd' }),
      completed(),
    ]);
    expect(calls(response)).toEqual([...CALLED, ['get_weather', { city: 'Rome' }]]);
  });

  it('pieces that come after their item is done, and ends that tell another place than their pieces', () => {
    const response = read([
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm.' },
      { type: 'response.reasoning_summary_text.done', output_index: 0, summary_index: 1, text: 'Hm.' },
      done(0, reasoning('rs_1', ['Hm.'])),
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm.' },
      text(1, 'Hello'),
      { type: 'response.output_text.done', output_index: 1, content_index: 1, text: 'Hello' },
      done(1, message('Hello')),
      text(1, 'Hello'),
      ...called(2),
      argument(2, '{"city":'),
      completed(),
    ]);
    expect(response.message.parts).toMatchObject([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'Hello' },
      { type: 'tool_call', arguments: PARIS },
    ]);
    expect(calls(response)).toEqual(CALLED);
  });

  it('interleaved parallel calls', () => {
    const response = read([
      added(0, functionCall({ arguments: '' })),
      added(1, functionCall({ id: 'fc_2', call_id: 'call_y', arguments: '' })),
      argument(0, '{"city":'),
      argument(1, '{"city":"Ro', { item_id: 'fc_2' }),
      argument(0, '"Paris"}'),
      argument(1, 'me"}', { item_id: 'fc_2' }),
      completed(),
    ]);
    expect(calls(response)).toEqual([...CALLED, ['get_weather', { city: 'Rome' }]]);
  });

  it.each([
    ['only in the event that ends them', [argumentsDone(0, ARGUMENTS)]],
    ['only in the item that is done', [done(0, functionCall())]],
    ['cumulative', [argument(0, '{"city":'), argument(0, ARGUMENTS), argumentsDone(0, ARGUMENTS)]],
    ['written with other spaces at the end', [argument(0, ARGUMENTS), argumentsDone(0, '{ "city": "Paris" }')]],
    ['of which the end was lost', [argument(0, '{"ci'), done(0, functionCall())]],
    ['sent again after the end', [done(0, functionCall()), argument(0, ARGUMENTS), done(0, functionCall())]],
    ['as an object', [done(0, functionCall({ arguments: PARIS }))]],
  ])('arguments %s', (_what, events) => {
    const announced = added(0, functionCall({ arguments: '' }));
    expect(calls(read([announced, ...events, completed()]))).toEqual(CALLED);
  });

  it('a name that comes after the arguments', () => {
    const late = argumentsDone(0, ARGUMENTS, { name: 'get_weather', call_id: 'call_x' });
    const response = read([argument(0, '{"city":'), argument(0, '"Paris"}'), late, completed([functionCall()])]);
    expect(calls(response)).toEqual(CALLED);
    expect(response.toolCalls[0]?.providerId).toBe('call_x');
  });

  it('a call without arguments', () => {
    const clock = functionCall({ name: 'clock', arguments: '' });
    expect(calls(read([added(0, clock), done(0, clock), completed([clock])]))).toEqual([['clock', {}]]);
  });

  it('arguments that contradict each other are not executed', () => {
    const events = [
      added(0, functionCall({ arguments: '' })),
      argument(0, '{"city":"Rome"}'),
      argumentsDone(0, ARGUMENTS),
      done(0, functionCall()),
      completed([functionCall()]),
    ];
    expect(read(events)).toMatchObject({ toolCalls: [], rejectedCalls: [{ code: 'malformed_arguments' }] });
  });

  it('a name that changes is not executed', () => {
    const events = [...called(0), completed([functionCall({ name: 'clock' })])];
    expect(read(events)).toMatchObject({ toolCalls: [], rejectedCalls: [{ code: 'truncated' }] });
  });

  it('the same call at two places is executed once, another call with its id is another call', () => {
    expect(calls(read([...called(0), ...called(1, { id: 'fc_2' }), completed()]))).toEqual(CALLED);
    const clock = functionCall({ name: 'clock', arguments: '{"zone":"CET"}' });
    const again = added(1, { ...clock, id: 'fc_2', arguments: '' });
    expect(calls(read([done(0, clock), again, completed()]))).toEqual([['clock', { zone: 'CET' }]]);
    const rome = functionCall({ id: 'fc_2', arguments: '{"city":"Rome"}' });
    expect(calls(read([...called(0), added(1, { ...rome, arguments: '' }), done(1, rome), completed()]))).toEqual([
      ...CALLED,
      ['get_weather', { city: 'Rome' }],
    ]);
  });

  it('hosted tools and custom ones are not ours: they are passed over', () => {
    const response = read([
      CREATED,
      added(0, reasoning('rs_1')),
      done(0, reasoning('rs_1')),
      added(1, { type: 'web_search_call', id: 'ws_1', status: 'in_progress' }),
      { type: 'response.web_search_call.searching', output_index: 1, item_id: 'ws_1' },
      done(1, { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'x' } }),
      added(2, { type: 'custom_tool_call', id: 'ct_1', call_id: 'call_c', name: 'get_weather', input: '' }),
      { type: 'response.custom_tool_call_input.delta', output_index: 2, delta: 'rm -rf' },
      { type: 'response.something_of_the_future', output_index: 2, delta: 'x', vendor: { a: 1 } },
      ...spoken(3, ['Found.']),
      completed([reasoning('rs_1'), { type: 'web_search_call', id: 'ws_1' }, message('Found.')], { vendor_field: 1 }),
    ]);
    expect(response).toMatchObject({ finishReason: 'stop', toolCalls: [], rejectedCalls: [] });
    // Without the item that it led to, the reasoning would be refused.
    expect(response.message.parts).toEqual([{ type: 'text', text: 'Found.' }]);
  });

  it('thoughts of open models, with or without a summary that says them again', () => {
    const own = { content: [{ type: 'reasoning_text', text: 'Hmm.' }], encrypted_content: undefined };
    const delta = { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'Hmm.' };
    for (const events of [
      [delta, done(0, reasoning('rs_1', ['Short.'], own))],
      [delta, { ...delta, type: 'response.reasoning_text.done', text: 'Hmm.' }, done(0, reasoning('rs_1', [], own))],
      [done(0, reasoning('rs_1', [], own))],
    ]) {
      const { parts } = read([...events, ...spoken(1, ['Yes']), completed()]).message;
      expect(parts).toMatchObject([
        { type: 'reasoning', text: 'Hmm.' },
        { type: 'text', text: 'Yes' },
      ]);
    }
  });

  it('event types that only the SSE name tells', () => {
    const reader = readerOf(INIT);
    const push = (event: string, data: JsonObject): unknown => reader.push({ event, data, text: '' });
    push('response.output_text.delta', { output_index: 0, delta: 'Hello' });
    push('response.completed', { response: { status: 'completed' } });
    expect(textOf(responseOf(reader.end()).message)).toBe('Hello');
    expect(() => push('error', { code: 'server_error', message: 'Oops' })).toThrow(/Oops/);
  });

  it('a whole body as the only event of a stream, and a [DONE] at the end', () => {
    expect(calls(read([{ object: 'response', status: 'completed', output: [functionCall()] }, '[DONE]']))).toEqual(
      CALLED,
    );
    expect(textOf(read([CREATED, ...spoken(0, ['Hi']), completed(), '[DONE]']).message)).toBe('Hi');
  });

  it('a status that was never brought up to date in the last event', () => {
    expect(read([...called(0), completed([], { status: 'in_progress' })]).finishReason).toBe('tool_calls');
  });

  it('takes no count of tokens that cannot be one', () => {
    const response = read([...spoken(0, ['Hi']), completed([], { usage: { input_tokens: 5, output_tokens: -3.5 } })]);
    expect(response.usage).toMatchObject({ inputTokens: 5, outputTokens: 0 });
    expect(response.repairs.map((repair) => repair.code)).toEqual(['usage_ignored']);
  });
});

describe('how an answer ends', () => {
  const incomplete = (reason?: string): object => ({
    type: 'response.incomplete',
    response: { status: 'incomplete', incomplete_details: reason === undefined ? null : { reason }, output: [] },
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'refused'],
    ['something_new', 'other'],
    [undefined, 'other'],
  ])('incomplete because of %s is %s, and no call of it is executed', (reason, finishReason) => {
    expect(read([CREATED, ...called(0), incomplete(reason)])).toMatchObject({
      finishReason,
      rawFinishReason: reason ?? 'incomplete',
      toolCalls: [],
      rejectedCalls: [{ code: 'truncated' }],
    });
  });

  it('a call that was cut, or a status that contradicts the end, executes nothing', () => {
    const cut = [...called(0), done(0, functionCall({ status: 'incomplete' })), completed()];
    expect(read(cut)).toMatchObject({ finishReason: 'other', toolCalls: [] });
    expect(read([...called(0), completed([], { status: 'incomplete' })])).toMatchObject({ toolCalls: [] });
    const contradicted = completed([], { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
    expect(read([...called(0), contradicted])).toMatchObject({ finishReason: 'length', toolCalls: [] });
  });

  it('a refusal is told as text, and is one', () => {
    const part = { type: 'refusal', refusal: 'I cannot.' };
    for (const events of [
      [
        added(0, message('', { content: [] })),
        { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'I can' },
        { type: 'response.refusal.delta', output_index: 0, content_index: 0, delta: 'not.' },
        { type: 'response.refusal.done', output_index: 0, content_index: 0, refusal: 'I cannot.' },
        done(0, message('', { content: [part] })),
        completed(),
      ],
      [completed([message('', { content: [part] })])],
    ]) {
      const response = read(events);
      expect(textOf(response.message)).toBe('I cannot.');
      expect(response).toMatchObject({ finishReason: 'refused', rawFinishReason: 'refusal' });
    }
  });

  it('without its last event it is a broken stream, with or without [DONE]', () => {
    expect(() => read([CREATED, ...spoken(0, ['Hi'])])).toThrow(broken);
    expect(() => read([CREATED, ...called(0), '[DONE]'])).toThrow(broken);
    expect(() => read(['[DONE]'])).toThrow(broken);
    expect(() => read([{ object: 'response', status: 'in_progress', output: [message('Hi')] }])).toThrow(broken);
  });

  it('with nothing said it is none', () => {
    const empty = expect.objectContaining({ code: 'model.empty_answer', retryable: true });
    expect(() => read([CREATED, completed()])).toThrow(empty);
    expect(() => read([CREATED, completed([reasoning('rs_1', ['Hm.'])])])).toThrow(empty);
    expect(() => read([CREATED, completed([message(' \n')])])).toThrow(empty);
    expect(read([CREATED, incomplete('max_output_tokens')]).finishReason).toBe('length');
  });

  it.each([
    ['rate_limit_exceeded', 'rate_limited'],
    ['insufficient_quota', 'quota'],
    ['context_length_exceeded', 'overflow'],
    ['server_error', 'unavailable'],
    ['server_is_overloaded', 'overloaded'],
    ['slow_down', 'overloaded'],
    ['invalid_prompt', 'refused'],
    ['invalid_image_format', 'bad_request'],
  ])('a failure with the code %s is %s, in each of its three forms', (code, kind) => {
    const error = { code, message: 'It failed.' };
    const failure = expect.objectContaining({ name: 'ModelError', kind });
    expect(() => read([CREATED, { type: 'response.failed', response: { status: 'failed', error } }])).toThrow(failure);
    expect(() => read([CREATED, text(0, 'Hi'), { type: 'error', sequence_number: 3, param: null, ...error }])).toThrow(
      failure,
    );
    expect(() => read([{ object: 'response', status: 'failed', output: [], error }])).toThrow(failure);
  });

  it('a failure without a reason is one too', () => {
    expect(() => read([{ type: 'response.failed', response: { status: 'failed', error: null } }])).toThrow(
      expect.objectContaining({ kind: 'unavailable' }),
    );
  });

  it('two answers in one stream are refused', () => {
    const other = { type: 'response.created', response: { id: 'resp_2' } };
    expect(() => read([CREATED, ...spoken(0, ['Hi']), other])).toThrow(expect.objectContaining({ kind: 'malformed' }));
    expect(textOf(read([CREATED, CREATED, ...spoken(0, ['Hi']), CREATED, completed()]).message)).toBe('Hi');
  });

  it('something that is no JSON is malformed', () => {
    expect(() => read([CREATED, '{"type":'])).toThrow(expect.objectContaining({ kind: 'malformed' }));
  });
});

describe('what was read goes back as it came', () => {
  const target = targetOf(INIT);
  const back = (response: ModelResponse): JsonObject => {
    const messages = [userMessage('Hi'), JSON.parse(JSON.stringify(response.message)), userMessage('And?')];
    const { body } = renderResponses({ messages, tools: TOOLS }, target);
    validateResponses(body, { reasons: true });
    return body;
  };

  it('reasoning and its call, in any order of items that the provider can send', () => {
    const entry = fc.constantFrom('reasoning', 'call', 'reasoning', 'call', 'foreign');
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), fc.boolean(), (kinds, streamed) => {
        const output = [...kinds, 'call'].map((kind, index) =>
          kind === 'reasoning'
            ? reasoning(`rs_${index}`, [`Thought ${index}`])
            : kind === 'call'
              ? functionCall({ id: `fc_${index}`, call_id: `call_${index}`, arguments: `{"city":"${index}"}` })
              : { type: 'web_search_call', id: `ws_${index}` },
        );
        const events = output.flatMap((item, index) => [added(index, { ...item, arguments: '' }), done(index, item)]);
        const { input } = back(read([CREATED, ...(streamed ? events : []), completed(output)]));
        // All but hosted tools, and the reasoning that led to them.
        const lost = (index: number): boolean => {
          const next = output.slice(index).find((item) => item['type'] !== 'reasoning');
          return next?.['type'] === 'web_search_call';
        };
        const expected = output.filter((_item, index) => !lost(index));
        const items = Array.isArray(input) ? input.slice(1, -1) : [];
        const sent = items.filter((item) => item !== null && !JSON.stringify(item).includes('function_call_output'));
        expect(sent.map((item) => keyOf(item))).toEqual(expected.map((item) => keyOf(item)));
      }),
      { numRuns: 300 },
    );
  });

  it('the seal unchanged', () => {
    const response = read([completed([reasoning('rs_1', ['Hm.']), message('Yes')])]);
    expect(back(response)['input']).toContainEqual(reasoning('rs_1', ['Hm.']));
  });
});

/** What is the same in an output item and in the item that goes back. */
function keyOf(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return undefined;
  return 'arguments' in item ? item.arguments : 'id' in item ? item.id : undefined;
}

/** The same event with another id for its item. */
function withOtherIds<T extends object>(event: T, mint: () => string): T {
  return JSON.parse(
    JSON.stringify(event, (key, value: unknown) =>
      key === 'item_id' || (key === 'id' && value !== 'resp_1') ? mint() : value,
    ),
  );
}
