import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { textOf, userMessage } from '../messages/message-helpers.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest } from '../model-request.js';
import type { ModelEvent } from '../model-response.js';
import { chunk, sse } from '../wire/reading.fixture.js';
import { MAX_ANSWER_BYTES } from './answer-size.js';
import type { CallOptions } from './call-model.js';
import { callModel, completeModel } from './call-model.js';
import { TestEndpoint } from './test-endpoint.fixture.js';

const REQUEST: ModelRequest = { messages: [userMessage('Hi')] };
const HELLO = sse([chunk({ content: 'Hel' }), chunk({ content: 'lo' }), chunk({}, 'stop'), '[DONE]']);

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await TestEndpoint.start();
});
afterEach(() => endpoint.close());

async function failure(options: CallOptions = {}, backend = endpoint.backend()): Promise<ModelError> {
  try {
    await completeModel(backend, REQUEST, options);
  } catch (error) {
    if (ModelError.is(error)) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

describe('a call', () => {
  it("sends the key in the wire's own header and the request as JSON", async () => {
    endpoint.stream(HELLO);
    await completeModel(endpoint.backend(), REQUEST, { apiKey: 'secret-key', headers: { traceparent: '00-a' } });
    expect(endpoint.seen[0]).toMatchObject({
      url: '/v1/chat/completions',
      headers: { authorization: 'Bearer secret-key', traceparent: '00-a' },
    });
    expect(JSON.parse(endpoint.seen[0]?.body ?? '')).toMatchObject({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
    });

    endpoint.answer((response) => response.writeHead(500).end());
    await failure({ apiKey: 'secret-key' }, endpoint.backend({ api: 'anthropic' }));
    expect(endpoint.seen[1]).toMatchObject({
      url: '/v1/messages',
      headers: { 'x-api-key': 'secret-key', 'anthropic-version': '2023-06-01' },
    });
  });

  it('yields deltas as they arrive, before the answer is over', async () => {
    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'open');
    const events = callModel(endpoint.backend(), REQUEST);
    expect(await events.next()).toMatchObject({ value: { type: 'text_delta', text: 'Hel' } });
    await events.return();
  });

  it('ends with usage, finish and the response', async () => {
    endpoint.stream(HELLO);
    const events: ModelEvent[] = [];
    for await (const event of callModel(endpoint.backend(), REQUEST)) events.push(event);
    expect(events.map((event) => event.type)).toEqual(['text_delta', 'text_delta', 'usage', 'finish', 'response']);
  });

  it('takes a whole body from an endpoint that ignores the wish for a stream', async () => {
    endpoint.answer((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ choices: [{ index: 0, message: { content: 'Hello' }, finish_reason: 'stop' }] })),
    );
    expect(textOf((await completeModel(endpoint.backend(), REQUEST)).message)).toBe('Hello');
  });

  it('closes the connection when the caller stops iterating', async () => {
    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'open');
    for await (const event of callModel(endpoint.backend(), REQUEST)) {
      expect(event.type).toBe('text_delta');
      break;
    }
    await endpoint.clientGone;
  });

  it('is cancelled by its signal, before and within the answer, and the connection is closed', async () => {
    const early = new AbortController();
    early.abort();
    expect(await failure({ signal: early.signal })).toMatchObject({ kind: 'cancelled', retryable: false });
    expect(endpoint.seen).toHaveLength(0);

    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'open');
    const late = new AbortController();
    const events = callModel(endpoint.backend(), REQUEST, { signal: late.signal });
    await events.next();
    late.abort();
    await expect(events.next()).rejects.toMatchObject({ kind: 'cancelled' });
    await endpoint.clientGone;
  });
});

describe('a call that fails', () => {
  it('nobody listens: unavailable, with the address and what to look at', async () => {
    const backend = endpoint.backend();
    await endpoint.close();
    const error = await failure({}, backend);
    expect(error).toMatchObject({ kind: 'unavailable', code: 'model.unreachable', retryable: true });
    expect(error.message).toContain(`${backend.baseUrl}/chat/completions`);
    expect(error.message).toContain('Is the server running?');
    endpoint = await TestEndpoint.start();
  });

  it('no first byte in time, silence within the answer, and too long in all are three timeouts', async () => {
    endpoint.answer(() => undefined);
    expect(await failure({ timeouts: { firstByteMs: 30 } })).toMatchObject({
      kind: 'timeout',
      code: 'model.timeout.first_byte',
      retryable: true,
    });
    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'open');
    expect(await failure({ timeouts: { idleMs: 30 } })).toMatchObject({ kind: 'timeout', code: 'model.timeout.idle' });
    expect(await failure({ timeouts: { totalMs: 60 } })).toMatchObject({
      kind: 'timeout',
      code: 'model.timeout.total',
    });
  });

  it("the time that the caller takes between two events is not the endpoint's silence", async () => {
    endpoint.stream(HELLO);
    const events = callModel(endpoint.backend(), REQUEST, { timeouts: { idleMs: 500 } });
    await events.next();
    await new Promise((resolve) => setTimeout(resolve, 800));
    const rest: string[] = [];
    for await (const event of events) rest.push(event.type);
    expect(rest.at(-1)).toBe('response');
  });

  it('a deadline holds even if fetch ignores its signal', async () => {
    const deaf: typeof fetch = () => new Promise(() => undefined);
    expect(await failure({ fetch: deaf, timeouts: { firstByteMs: 20 } })).toMatchObject({ kind: 'timeout' });
  });

  it('a connection that is cut within the answer, or closed too early, is a broken stream', async () => {
    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'destroy');
    expect(await failure()).toMatchObject({ kind: 'broken_stream', retryable: true });
    endpoint.stream(sse([chunk({ content: 'Hel' })]), 'end');
    expect(await failure()).toMatchObject({ kind: 'broken_stream', retryable: true });
  });

  const call = (index: number, id: string, text: string): object =>
    chunk({ tool_calls: [{ index, id, function: { name: 'f', arguments: text } }] });
  it.each([
    ['text', '8 MiB', () => chunk({ content: 'words '.repeat(16_384) })],
    ['reasoning', '8 MiB', () => chunk({ reasoning_content: 'words '.repeat(16_384) })],
    ['arguments', '512 KiB', () => call(0, 'a', '["word"],'.repeat(500))],
    [
      'calls',
      '512 KiB',
      (index: number) => sse(Array.from({ length: 20 }, (_, n) => call(index * 20 + n, `${index}_${n}`, '{}'))),
    ],
  ])('an answer of %s without end is cut off, and says the limit of %s', async (_what, limit, piece) => {
    const pieces = Array.from({ length: 120 }, (_, index) => piece(index));
    endpoint.stream(pieces.map((one) => (typeof one === 'string' ? one : sse([one]))).join(''), 'open');
    const error = await failure();
    expect(error).toMatchObject({ kind: 'answer_too_large', code: 'model.answer_too_large', retryable: false });
    expect(error.message).toContain(limit);
    await endpoint.clientGone;
  });

  it('an answer of 8 MiB is taken whole, in one piece and in small ones that are ten times as much with their forms', async () => {
    // As JSON it would be more than the limit: line ends take two bytes there.
    const piece = 'Line of text\n\n\n\n'.repeat(8);
    const text = piece.repeat(MAX_ANSWER_BYTES / piece.length);
    endpoint.stream(sse([chunk({ content: text }), chunk({}, 'stop')]));
    expect(textOf((await completeModel(endpoint.backend(), REQUEST)).message) === text).toBe(true);
    const event = sse([chunk({ content: piece, padding: 'p'.repeat(1_000) })]).split('\n\n')[0] ?? '';
    endpoint.stream(`${event}\n\n`.repeat(text.length / piece.length) + sse([chunk({}, 'stop')]));
    expect(textOf((await completeModel(endpoint.backend(), REQUEST)).message) === text).toBe(true);
  });

  it('an answer up to the limit is taken, and pieces that repeat what came before count once', async () => {
    endpoint.stream(sse([chunk({ content: 'x'.repeat(500_000) }), chunk({}, 'stop')]));
    expect(textOf((await completeModel(endpoint.backend(), REQUEST)).message)).toHaveLength(500_000);

    const text = JSON.stringify({ a: 'x'.repeat(10_000) });
    const pieces = Array.from({ length: 200 }, (_, index) =>
      text.slice(0, Math.ceil((text.length * (index + 1)) / 200)),
    );
    const calls = pieces.map((piece) =>
      chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: piece } }] }),
    );
    endpoint.stream(sse([...calls, chunk({}, 'tool_calls')]));
    const tools = [{ name: 'f', inputSchema: { type: 'object' } }];
    const { toolCalls } = await completeModel(endpoint.backend(), { ...REQUEST, tools });
    expect(toolCalls[0]?.arguments).toEqual(JSON.parse(text));
  });

  it('a web page says that the base URL is wrong', async () => {
    endpoint.answer((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'));
    const page = await failure();
    expect(page).toMatchObject({ kind: 'malformed' });
    expect(page.message).toContain('check its base URL');
  });

  it('a body that is not JSON is malformed', async () => {
    endpoint.answer((response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":'));
    expect(await failure()).toMatchObject({ kind: 'malformed', retryable: true });
  });

  it('an error written as a bare line behind an event-stream header is read', async () => {
    endpoint.stream('{"error":{"message":"Overloaded","type":"overloaded_error"}}');
    expect(await failure()).toMatchObject({ kind: 'overloaded' });
  });

  it('an HTTP error keeps status, words and how long to wait', async () => {
    endpoint.answer((response) =>
      response.writeHead(429, { 'retry-after': '3' }).end('{"error":{"message":"Slow down","type":"requests"}}'),
    );
    expect(await failure()).toMatchObject({
      kind: 'rate_limited',
      status: 429,
      retryAfterMs: 3_000,
      message: expect.stringContaining('Slow down'),
    });
  });

  it('a redirect is not followed, because it would carry the key away', async () => {
    const elsewhere = await TestEndpoint.start();
    endpoint.answer((response) => response.writeHead(308, { location: elsewhere.url }).end());
    const error = await failure({ apiKey: 'secret-key' });
    expect(error).toMatchObject({ kind: 'bad_request', status: 308, message: expect.stringContaining(elsewhere.url) });
    expect(elsewhere.seen).toHaveLength(0);
    await elsewhere.close();
  });

  it('a missing key is said before anything is sent', async () => {
    const error = await failure({ apiKey: '' }, endpoint.backend({}, { apiKeyEnv: 'TEST_API_KEY' }));
    expect(error).toMatchObject({
      kind: 'auth',
      code: 'model.key_missing',
      message: expect.stringContaining('TEST_API_KEY'),
    });
    expect(endpoint.seen).toHaveLength(0);
  });
});

describe('the API key', () => {
  const KEY = 'sk-proj-Abc123def456ghi789jkl012';

  it('is in no error, whoever put it there', async () => {
    const whole = (error: unknown): string => inspect(error, { depth: 10, showHidden: true });
    endpoint.answer((response) =>
      response.writeHead(401).end(JSON.stringify({ error: { message: `Incorrect API key provided: ${KEY}` } })),
    );
    expect(whole(await failure({ apiKey: KEY }))).not.toContain(KEY);
    // fetch itself quotes a header that it does not take.
    const odd = `${KEY}\nx`;
    const refused = await failure({ apiKey: odd });
    expect(refused.kind).toBe('bad_request');
    expect(whole(refused)).not.toContain(KEY);
    const credentials = endpoint.backend({}, { baseUrl: `http://user:${KEY}@127.0.0.1:1/v1` });
    expect(whole(await failure({}, credentials))).not.toContain(KEY);
  });
});
