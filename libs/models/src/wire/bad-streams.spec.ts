import { describe, expect, it } from '@jest/globals';
import { textOf } from '../messages/message-helpers.js';
import type { ModelResponse } from '../model-response.js';
import type { WireApiName } from '../profile/profile.js';
import { writeFrame } from './bedrock/event-frame.js';
import { chunk, readBytes, readEvents, responseOf, sse } from './reading.fixture.js';
import { SseDecoder } from './sse.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The events of an answer that says these pieces of text. */
const SAYS: Readonly<Record<WireApiName, (pieces: readonly string[]) => readonly object[]>> = {
  'openai-chat': (pieces) => [...pieces.map((content) => chunk({ content })), chunk({}, 'stop')],
  mistral: (pieces) => [...pieces.map((content) => chunk({ content })), chunk({}, 'stop')],
  anthropic: (pieces) => [
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...pieces.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
  ],
  'openai-responses': (pieces) => [
    ...pieces.map((delta) => ({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta })),
    { type: 'response.completed', response: { status: 'completed' } },
  ],
  gemini: (pieces) => [
    ...pieces.map((text) => ({ candidates: [{ content: { parts: [{ text }] } }] })),
    { candidates: [{ finishReason: 'STOP' }] },
  ],
  bedrock: (pieces) => [
    ...pieces.map((text) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } })),
    { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } },
  ],
  cohere: (pieces) => [
    ...pieces.map((text) => ({ type: 'content-delta', index: 0, delta: { message: { content: { text } } } })),
    { type: 'message-end', delta: { finish_reason: 'COMPLETE' } },
  ],
  ollama: (pieces) => [
    ...pieces.map((content) => ({ message: { role: 'assistant', content }, done: false })),
    { message: { content: '' }, done: true, done_reason: 'stop' },
  ],
  completion: (pieces) => [
    ...pieces.map((text) => ({ choices: [{ index: 0, text }] })),
    { choices: [{ index: 0, text: '', finish_reason: 'stop' }] },
  ],
};
const APIS = Object.keys(SAYS) as WireApiName[];
const BY_LINES = APIS.filter((api) => api !== 'bedrock');
const BY_EVENTS = BY_LINES.filter((api) => api !== 'ollama');

/** The stream of such an answer. */
function streamOf(api: WireApiName, pieces: readonly string[]): string {
  const events = SAYS[api](pieces);
  return api === 'ollama' ? events.map((event) => `${JSON.stringify(event)}\n`).join('') : sse(events);
}

const read = (api: WireApiName, stream: Uint8Array, cuts: readonly number[] = []): ModelResponse =>
  responseOf(readBytes({ api }, stream, cuts));

describe.each(APIS)('%s: text', (api) => {
  it('with a code point that is split over two deltas is whole in the message', () => {
    const { message } = readEvents({ api }, SAYS[api](['a\ud83d', '\ude82b']));
    expect(textOf(message)).toBe('a🚂b');
  });

  it('with a lone surrogate, NUL and other control characters is what was sent', () => {
    const odd = 'a\ud83d \u0000\u0007\u2028\ufeffz';
    expect(textOf(readEvents({ api }, SAYS[api]([odd])).message)).toBe(odd);
  });

  it.each([
    ['an object', { error: { message: 'The server is overloaded', type: 'overloaded_error' } }, 'overloaded'],
    ['a text', { error: 'rate limit exceeded: too many requests' }, 'rate_limited'],
  ])('is none where the answer is an error as %s', (_what, body, kind) => {
    if (api === 'bedrock' && typeof body.error === 'string') return;
    expect(() => readEvents({ api }, [body])).toThrow(expect.objectContaining({ name: 'ModelError', kind }));
  });
});

describe.each(BY_LINES)('%s: a stream', (api) => {
  const plain = read(api, bytes(streamOf(api, ['Grüezi', ' 世界'])));

  it('that begins with a byte order mark, also one that is cut, reads as without', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes(streamOf(api, ['Grüezi', ' 世界']))]);
    for (const cuts of [[], [1], [1, 2], [3]]) expect(read(api, marked, cuts)).toEqual(plain);
  });

  it('with bytes that are no UTF-8 has U+FFFD in their place, wherever it is cut', () => {
    const text = streamOf(api, ['ab']);
    const at = text.indexOf('ab') + 1;
    const broken = Buffer.concat([bytes(text.slice(0, at)), Buffer.from([0xf0, 0x9f, 0x9a]), bytes(text.slice(at))]);
    for (const cuts of [[], [at], [at + 1], [at + 2], [at + 3]])
      expect(textOf(read(api, broken, cuts).message)).toBe('a\ufffdb');
  });

  it('with CR LF at its line ends reads as with LF, cut between the two as well', () => {
    const crlf = bytes(streamOf(api, ['Grüezi', ' 世界']).replaceAll('\n', '\r\n'));
    const everywhere = Array.from({ length: crlf.length }, (_, index) => index);
    expect(read(api, crlf)).toEqual(plain);
    expect(read(api, crlf, everywhere)).toEqual(plain);
  });
});

describe.each(BY_EVENTS)('%s: server-sent events', (api) => {
  const plain = read(api, bytes(streamOf(api, ['Grüezi', ' 世界'])));

  it('with CR at their line ends read as with LF', () => {
    const cr = bytes(streamOf(api, ['Grüezi', ' 世界']).replaceAll('\n', '\r'));
    expect(read(api, cr)).toEqual(plain);
    expect(
      read(
        api,
        cr,
        Array.from({ length: cr.length }, (_, index) => index),
      ),
    ).toEqual(plain);
  });

  it('with comments, empty events, ids, times to retry and unknown fields between them read as without', () => {
    const noise = ': ping\n\ndata:\n\nid: 7\nretry: 10\nretry: soon\nx-gateway: a\n\nevent: ping\n\n';
    expect(read(api, bytes(noise + streamOf(api, ['Grüezi', ' 世界']).replaceAll('\n\n', `\n\n${noise}`)))).toEqual(
      plain,
    );
  });

  it('whose data is spread over several lines are one', () => {
    const spread = SAYS[api](['Hello'])
      .map((event) => `${JSON.stringify(event, null, 1).replaceAll(/^/gmu, 'data: ')}\n\n`)
      .join('');
    expect(textOf(read(api, bytes(spread)).message)).toBe('Hello');
  });
});

describe('Bedrock: frames', () => {
  it('with a payload that is no UTF-8 have U+FFFD in its place', () => {
    const frame = (type: string, payload: Uint8Array): Uint8Array =>
      writeFrame({ ':message-type': 'event', ':event-type': type }, payload);
    const said = Buffer.concat([
      bytes('{"contentBlockIndex":0,"delta":{"text":"a'),
      Buffer.from([0xff]),
      bytes('b"}}'),
    ]);
    const stream = Buffer.concat([
      frame('contentBlockDelta', said),
      frame('messageStop', bytes('{"stopReason":"end_turn"}')),
    ]);
    expect(textOf(read('bedrock', stream).message)).toBe('a\ufffdb');
  });
});

describe('a line of megabytes', () => {
  it('costs in proportion to its length, in however small pieces it comes', () => {
    // 16 MiB in pieces of 256 bytes: joined and searched anew with each, this would be half a terabyte.
    const piece = bytes('x'.repeat(256));
    const decoder = new SseDecoder();
    decoder.push(bytes('data: '));
    for (let count = 0; count < 65_536; count++) expect(decoder.push(piece)).toEqual([]);
    const [event] = decoder.push(bytes('\n\n'));
    expect(event?.text).toHaveLength(16 * 1_048_576);
  });
});
