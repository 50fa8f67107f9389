import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { toolResultMessage, userMessage } from '../messages/message-helpers.js';
import type { CanonicalMessage, Part } from '../messages/message.js';
import type { ProfileInit } from '../profile/profile.js';
import { validateConverse } from './bedrock/validate.fixture.js';
import { validateGenerateContent } from './gemini/validate.fixture.js';
import { validateResponses } from './openai-responses/validate.fixture.js';
import { TOOLS, callChunk, chunk, readEvents, targetOf } from './reading.fixture.js';
import { wireApi } from './wire-apis.js';
import type { WireRequest } from './wire-api.js';

type Kind = 'text' | 'reasoning' | 'call';

/** How a wire writes one part of an answer, its whole answer, and where the part stands in the next request. */
interface Wire {
  init: ProfileInit;
  part(kind: Kind, position: number): JsonObject;
  whole(parts: JsonObject[]): JsonObject;
  said(body: JsonObject): JsonValue[];
  check?(request: WireRequest): void;
}

const input = (position: number): JsonObject => ({ city: `City ${position}` });
const second = (body: JsonObject, list: string, content: string): JsonValue[] => {
  const messages = body[list];
  const message = Array.isArray(messages) ? messages[1] : undefined;
  const parts = isJsonObject(message) ? message[content] : undefined;
  return Array.isArray(parts) ? parts : [];
};

const anthropic: Wire = {
  init: { api: 'anthropic' },
  part: (kind, position) =>
    ({
      text: { type: 'text', text: `Text ${position}` },
      reasoning: { type: 'thinking', thinking: `Thought ${position}`, signature: `s${position}` },
      call: { type: 'tool_use', id: `call_${position}`, name: 'get_weather', input: input(position) },
    })[kind],
  whole: (content) => ({ type: 'message', id: 'm', content, stop_reason: 'tool_use' }),
  said: (body) => second(body, 'messages', 'content').map((each) => withoutIds(each)),
};
const bedrock: Wire = {
  init: { api: 'bedrock' },
  part: (kind, position) =>
    ({
      text: { text: `Text ${position}` },
      reasoning: {
        reasoningContent: { reasoningText: { text: `Thought ${position}`, signature: `s${position}` } },
      },
      call: { toolUse: { toolUseId: `call_${position}`, name: 'get_weather', input: input(position) } },
    })[kind],
  whole: (content) => ({ output: { message: { role: 'assistant', content } }, stopReason: 'tool_use' }),
  said: (body) => second(body, 'messages', 'content'),
  check: (request) => validateConverse(request),
};
const gemini: Wire = {
  init: { api: 'gemini' },
  part: (kind, position) =>
    ({
      text: { text: `Text ${position}` },
      reasoning: { text: `Thought ${position}`, thought: true, thoughtSignature: 'c2ln' },
      call: { functionCall: { name: 'get_weather', args: input(position) }, thoughtSignature: 'c2ln' },
    })[kind],
  whole: (parts) => ({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] }),
  said: (body) => second(body, 'contents', 'parts'),
  check: ({ body }) => validateGenerateContent(body, { ids: false }),
};
const responses: Wire = {
  init: { api: 'openai-responses', capabilities: { reasoning: true } },
  part: (kind, position) =>
    ({
      text: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `Text ${position}` }] },
      reasoning: {
        type: 'reasoning',
        id: `rs_${position}`,
        summary: [{ type: 'summary_text', text: `Thought ${position}` }],
        encrypted_content: `sealed rs_${position}`,
      },
      call: {
        type: 'function_call',
        call_id: `call_${position}`,
        name: 'get_weather',
        arguments: JSON.stringify(input(position)),
      },
    })[kind],
  whole: (output) => ({ object: 'response', id: 'r', status: 'completed', output }),
  said: (body) => {
    const items = Array.isArray(body['input']) ? body['input'].filter(isJsonObject) : [];
    return items.filter((item) => item['role'] !== 'user' && item['type'] !== 'function_call_output');
  },
  check: ({ body }) => validateResponses(body, { reasons: true }),
};
const WIRES = { anthropic, bedrock, gemini, 'openai-responses': responses };
const NAMES = ['anthropic', 'bedrock', 'gemini', 'openai-responses'] as const;

const INTERLEAVED: readonly Kind[] = ['reasoning', 'text', 'call', 'text', 'reasoning', 'call', 'reasoning', 'call'];

function withoutIds(value: JsonValue): JsonValue {
  return isJsonObject(value) && value['type'] === 'tool_use' ? { ...value, id: '' } : value;
}

/** Ids are minted here and mapped for each backend: the order is what is compared. */
function comparable(parts: readonly JsonValue[]): string {
  return JSON.stringify(parts).replaceAll(/"(id|call_id|toolUseId)":"call_\d+"/gu, '"$1":""');
}

function kindsOf(message: CanonicalMessage): string[] {
  return message.parts.map(({ type }) => (type === 'tool_call' ? 'call' : type));
}

function next(wire: Wire, message: CanonicalMessage): WireRequest {
  const calls = message.parts.filter((part) => part.type === 'tool_call');
  const results = calls.map((call) => toolResultMessage(call, 'sun'));
  return wireApi(wire.init.api).render(
    { messages: [userMessage('Hi'), message, ...results], tools: TOOLS },
    targetOf(wire.init),
  );
}

describe('an interleaved answer', () => {
  it.each(NAMES)('%s: keeps its order in the message, and goes back as it came', (name) => {
    const wire = WIRES[name];
    const parts = INTERLEAVED.map((kind, position) => wire.part(kind, position));
    const response = readEvents(wire.init, [wire.whole(parts)]);
    expect(kindsOf(response.message)).toEqual(INTERLEAVED);
    expect(response.toolCalls.map((call) => call.arguments)).toEqual([2, 5, 7].map(input));
    const request = next(wire, response.message);
    wire.check?.(request);
    const came = name === 'anthropic' ? parts.map(withoutIds) : parts;
    expect(comparable(wire.said(request.body))).toBe(comparable(came));
  });

  it.each(NAMES)('%s: any order that the endpoint can write goes back as it came', (name) => {
    const wire = WIRES[name];
    // Thoughts and texts that meet are one; what Claude says, ends with a call, and text stands among calls only with thoughts.
    const kinds = fc
      .array(fc.constantFrom<Kind>('text', 'reasoning', 'call'), { minLength: 1, maxLength: 8 })
      .map((each) => each.filter((kind, index) => kind === 'call' || kind !== each[index - 1]))
      .map((each): Kind[] => ['reasoning', 'call', ...each, 'reasoning', 'call'])
      .map((each) => each.filter((kind, index) => kind === 'call' || kind !== each[index - 1]));
    fc.assert(
      fc.property(kinds, (order) => {
        const parts = order.map((kind, position) => wire.part(kind, position));
        const { message } = readEvents(wire.init, [wire.whole(parts)]);
        expect(kindsOf(message)).toEqual(order);
        const request = next(wire, message);
        wire.check?.(request);
        expect(comparable(wire.said(request.body))).toBe(
          comparable(name === 'anthropic' ? parts.map(withoutIds) : parts),
        );
      }),
    );
  });

  it('in the deltas of a stream has the same order', () => {
    const at = (index: number, block: object, delta: object): object[] => [
      { type: 'content_block_start', index, content_block: block },
      { type: 'content_block_delta', index, delta },
      { type: 'content_block_stop', index },
    ];
    const events = INTERLEAVED.flatMap((kind, index) =>
      kind === 'text'
        ? at(index, { type: 'text', text: '' }, { type: 'text_delta', text: `Text ${index}` })
        : kind === 'reasoning'
          ? at(index, { type: 'thinking', thinking: '' }, { type: 'signature_delta', signature: 's' })
          : at(
              index,
              { type: 'tool_use', id: `t${index}`, name: 'get_weather', input: {} },
              { type: 'input_json_delta', partial_json: JSON.stringify(input(index)) },
            ),
    );
    const stop = { type: 'message_delta', delta: { stop_reason: 'tool_use' } };
    expect(kindsOf(readEvents({ api: 'anthropic' }, [...events, stop]).message)).toEqual(INTERLEAVED);
  });

  it('of the Responses API: a call whose name comes late stands where it was announced', () => {
    const { message } = readEvents(responses.init, [
      { type: 'response.function_call_arguments.delta', output_index: 0, delta: JSON.stringify(input(0)) },
      { type: 'response.output_text.delta', output_index: 1, delta: 'Looking.' },
      { type: 'response.output_item.done', output_index: 0, item: responses.part('call', 0) },
      { type: 'response.completed', response: { status: 'completed' } },
    ]);
    expect(kindsOf(message)).toEqual(['call', 'text']);
  });

  it('in the channels of harmony has their order, however the text is cut', () => {
    const call = (city: string): string =>
      `<|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"${city}"}<|call|>`;
    const say = (channel: string, text: string): string =>
      `<|start|>assistant<|channel|>${channel}<|message|>${text}<|end|>`;
    const text =
      say('analysis', 'Two.').slice('<|start|>assistant'.length) +
      say('commentary', 'First.') +
      call('Rome') +
      say('analysis', 'Now the other.') +
      call('Paris');
    const init: ProfileInit = { api: 'openai-chat', dialect: 'harmony' };
    const read = (cuts: readonly number[]): CanonicalMessage => {
      const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
      const pieces = edges.slice(1).map((end, index) => chunk({ content: text.slice(edges[index], end) }));
      return readEvents(init, [...pieces, chunk({}, 'stop')]).message;
    };
    const whole = read([]);
    expect(kindsOf(whole)).toEqual(['reasoning', 'text', 'call', 'reasoning', 'call']);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => expect(read(cuts)).toEqual(whole)),
    );
  });

  it('of a wire with one text beside a list of calls has its calls last, whatever came first', () => {
    const call = callChunk({ index: 0, id: 'c', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } });
    const { message } = readEvents({ api: 'openai-chat', dialect: '' }, [
      chunk({ content: 'I lo' }),
      call,
      chunk({ content: 'ok.' }),
      chunk({}, 'tool_calls'),
    ]);
    expect(message.parts).toMatchObject([{ type: 'text', text: 'I look.' }, { type: 'tool_call' }]);
  });
});

describe('an interleaved message of another backend', () => {
  const call = (id: string): Part => ({ type: 'tool_call', id, name: 'get_weather', arguments: { city: id } });
  const text = (words: string): Part => ({ type: 'text', text: words });
  const message: CanonicalMessage = {
    role: 'assistant',
    parts: [text('One. '), call('a'), text('Two. '), call('b'), text('Three.')],
  };

  it.each(['openai-chat', 'mistral', 'ollama', 'cohere'] as const)('%s: goes as text, then calls', (api) => {
    const wire: Wire = { ...anthropic, init: { api } };
    const { body } = next(wire, message);
    const [, said] = Array.isArray(body['messages']) ? body['messages'] : [];
    expect(said).toMatchObject({ role: 'assistant', tool_calls: [{}, {}] });
    expect(JSON.stringify(said)).toContain('One. Two. Three.');
  });

  it.each(['anthropic', 'bedrock'] as const)('%s: never has text behind its calls, which Claude refuses', (name) => {
    const wire = WIRES[name];
    const kinds = (given: CanonicalMessage): string[] =>
      wire.said(next(wire, given).body).map((block) => {
        const json = JSON.stringify(block);
        return /tool_?use/iu.test(json) ? 'call' : /thinking|reasoning/u.test(json) ? 'reasoning' : 'text';
      });
    expect(kinds(message)).toEqual(['text', 'text', 'text', 'call', 'call']);
    const thought: Part = { type: 'reasoning', text: 'Hm', signer: wire.init.api, signature: 's' };
    const own = { ...message, parts: [call('a'), thought, call('b'), text('Three.'), thought] };
    expect(kinds(own)).toEqual(['call', 'reasoning', 'text', 'call']);
  });
});

describe('messages that were stored while all calls were at their end', () => {
  it('of Gemini: a signature that came behind the calls goes back there', () => {
    const stored: CanonicalMessage = {
      role: 'assistant',
      parts: [
        {
          type: 'reasoning',
          text: '',
          signer: 'gemini',
          opaque: { thoughtSignature: 'c2ln', textLength: 0, afterCalls: true },
        },
        { type: 'tool_call', id: 'a', name: 'clock', arguments: {}, seal: { signer: 'gemini', value: 'c2ln' } },
      ],
    };
    expect(gemini.said(next(gemini, stored).body)).toMatchObject([
      { functionCall: { name: 'clock' } },
      { text: '', thoughtSignature: 'c2ln' },
    ]);
  });
});
