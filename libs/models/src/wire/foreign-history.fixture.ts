import fc from 'fast-check';
import type { JsonObject } from '../json.js';
import type { CanonicalMessage, Part } from '../messages/message.js';
import type { ModelRequest, ToolChoice } from '../model-request.js';
import { TOOLS } from './reading.fixture.js';

/** Ids and names of every origin: ours, other vendors', repeated, impossible. */
const id = fc.constantFrom(
  'call_01',
  'toolu_01',
  'functions.clock:0',
  'abc123XYZ',
  'fc_1|item',
  '',
  'x'.repeat(300),
  'ü',
);
const name = fc.constantFrom('get_weather', 'clock', 'mcp.server/tool', 'no such tool', '', 'y'.repeat(100));
const text = fc.oneof(fc.constantFrom('', ' ', '\n', 'Hi', 'a\ud83d', '{"a":1}'), fc.string({ maxLength: 20 }));
const args: fc.Arbitrary<JsonObject> = fc.constantFrom({}, { a: 1 }, { a: { b: ['\udc00'] } });
const signer = fc.constantFrom('anthropic', 'mistral', 'cohere', 'ollama');
const image: fc.Arbitrary<Part & { type: 'image' }> = fc.oneof(
  fc.constant({ type: 'image' as const, mediaType: 'image/png', data: 'AAAA' }),
  fc.constant({ type: 'image' as const, mediaType: 'image/png', url: 'https://example.org/a.png' }),
  fc.constant({ type: 'image' as const, mediaType: 'image/png', url: 'data:image/png;base64,AAAA' }),
);
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({ type: fc.constant('reasoning' as const), text, signer }),
  fc.record({ type: fc.constant('reasoning' as const), text, signer, signature: fc.constant('s') }),
  image,
  fc.record({ type: fc.constant('tool_call' as const), id, name, arguments: args }),
  fc.record({
    type: fc.constant('tool_result' as const),
    callId: id,
    name,
    parts: fc.array(fc.oneof(fc.record({ type: fc.constant('text' as const), text }), image), { maxLength: 2 }),
    isError: fc.boolean(),
  }),
);

/** Any message that somebody could hand in, in any role. */
export const anyMessage: fc.Arbitrary<CanonicalMessage> = fc.record({
  role: fc.constantFrom('system', 'user', 'assistant', 'tool'),
  parts: fc.array(part, { maxLength: 4 }),
});

const choice: fc.Arbitrary<ToolChoice> = fc.oneof(
  fc.constantFrom<ToolChoice>('auto', 'none', 'required'),
  fc.constant({ name: 'clock' }),
);

/** A request over such a history, no messages included, with any settings. */
export const anyRequest: fc.Arbitrary<ModelRequest> = fc
  .record({
    messages: fc.array(anyMessage, { maxLength: 8 }),
    withTools: fc.boolean(),
    toolChoice: choice,
    settings: fc.constantFrom<Partial<ModelRequest>>(
      {},
      { parallelToolCalls: false, stream: false },
      { maxOutputTokens: 100, temperature: 0.5, topP: 0.9, seed: 7, stop: ['END'] },
    ),
  })
  .map(({ messages, withTools, toolChoice, settings }) => ({
    messages,
    ...(withTools ? { tools: TOOLS, toolChoice } : {}),
    ...settings,
  }));
