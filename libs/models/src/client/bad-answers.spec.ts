import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelError } from '../model-error.js';
import { userMessage } from '../messages/message-helpers.js';
import type { WireApiName } from '../profile/profile.js';
import { chunk, sse } from '../wire/reading.fixture.js';
import type { CallOptions } from './call-model.js';
import { completeModel } from './call-model.js';
import { TestEndpoint } from './test-endpoint.fixture.js';

const APIS: readonly WireApiName[] = [
  'openai-chat',
  'openai-responses',
  'anthropic',
  'gemini',
  'bedrock',
  'mistral',
  'cohere',
  'ollama',
];

let endpoint: TestEndpoint;
beforeEach(async () => {
  endpoint = await TestEndpoint.start();
});
afterEach(() => endpoint.close());

async function failure(api: WireApiName = 'openai-chat', options: CallOptions = {}): Promise<ModelError> {
  try {
    await completeModel(endpoint.backend({ api }), { messages: [userMessage('Hi')] }, options);
  } catch (error) {
    if (ModelError.is(error)) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Writes the piece again and again, as long as somebody takes it. */
function forEver(response: ServerResponse, piece: string): void {
  const write = (): void => {
    if (response.destroyed) return;
    if (response.write(piece)) setImmediate(write);
    else response.once('drain', write);
  };
  write();
}

describe.each(APIS)('%s: an endpoint', (api) => {
  it('that answers 200 with an error object fails with the kind of that error', async () => {
    endpoint.answer((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"error":{"message":"You exceeded your rate limit: too many requests","type":"rate_limit_error"}}'),
    );
    expect(await failure(api)).toMatchObject({ kind: 'rate_limited', retryable: true });
  });

  it.each([
    ['nothing', '', 'text/plain'],
    ['plain text', 'upstream connect error', 'text/plain'],
    ['a page', '<!doctype html><html><body>Bad gateway</body></html>', 'text/html'],
    ['JSON that breaks off', '{"error":{"message":"x', 'application/json'],
    ['JSON that is no object', '[null,1]', 'application/json'],
    ['an error of another form', '{"error":[1],"message":{"a":1}}', 'application/json'],
  ])('that explains a 502 with %s is unavailable, in a short message', async (_what, body, type) => {
    endpoint.answer((response) => response.writeHead(502, { 'content-type': type }).end(body));
    const error = await failure(api);
    expect(error).toMatchObject({ kind: 'unavailable', status: 502, retryable: true });
    expect(error.message).not.toContain('<html>');
    expect(error.message.length).toBeLessThan(1_500);
  });

  it('that sends what is no answer fails with a coded error', async () => {
    for (const body of ['null', '7', '"text"', '[]', '{}', '{"choices":7,"content":7,"output":7,"candidates":7}']) {
      endpoint.answer((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
      expect((await failure(api)).code).toMatch(/^model\./);
    }
  });
});

describe('an answer', () => {
  it('that explains an error in 10 MB is read to its first 64 KiB, and the connection is closed', async () => {
    endpoint.answer((response) => {
      response.writeHead(400, { 'content-type': 'text/plain' });
      forEver(response, `Bad parameter. ${'x'.repeat(65_536)}`);
    });
    const error = await failure();
    expect(error).toMatchObject({ kind: 'bad_request', message: expect.stringContaining('Bad parameter.') });
    expect(error.message.length).toBeLessThan(1_000);
    await endpoint.clientGone;
  });

  it.each([
    ['a stream', 200, 'text/event-stream', 'model.malformed'],
    ['a whole body', 200, 'application/json', 'model.malformed'],
    ['an error', 500, 'application/json', 'model.unavailable'],
  ])('that unpacks to far more than was sent, as %s, is cut off at a limit', async (_what, status, type, code) => {
    // 100 MB of spaces in 100 kB.
    const bomb = gzipSync(Buffer.alloc(100_000_000, ' '));
    endpoint.answer((response) =>
      response.writeHead(status, { 'content-type': type, 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(await failure()).toMatchObject({ code });
  });

  it.each([
    ['a line', 'x'.repeat(65_536)],
    ['an event', `data: ${'x'.repeat(65_536)}\n`],
  ])('with %s that never ends is cut off at 64 MiB', async (_what, piece) => {
    endpoint.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: ');
      forEver(response, piece);
    });
    expect(await failure()).toMatchObject({
      kind: 'malformed',
      retryable: false,
      message: expect.stringContaining('67108864 bytes'),
    });
    await endpoint.clientGone;
  });

  it('in one piece of nine megabytes is larger than an answer may be', async () => {
    endpoint.stream(sse([chunk({ content: 'x'.repeat(9 * 1_048_576) }), chunk({}, 'stop')]));
    expect(await failure()).toMatchObject({
      code: 'model.answer_too_large',
      message: expect.stringContaining('8 MiB'),
    });
  });

  it('of keep-alives alone is no silence, and ends with the time of the whole call', async () => {
    endpoint.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const beat = setInterval(() => response.write(': keep-alive\n\n'), 5);
      response.on('close', () => clearInterval(beat));
    });
    expect(await failure('openai-chat', { timeouts: { idleMs: 2_000, totalMs: 300 } })).toMatchObject({
      code: 'model.timeout.total',
    });
    await endpoint.clientGone;
  });

  it.each([301, 302, 303, 307, 308])('of %i is not followed, and says where the endpoint has moved', async (status) => {
    endpoint.answer((response) => response.writeHead(status, { location: 'https://example.org/v2' }).end());
    const error = await failure('openai-chat', { apiKey: 'secret-key' });
    expect(error).toMatchObject({ kind: 'bad_request', status, message: expect.stringContaining('example.org/v2') });
    expect(endpoint.seen).toHaveLength(1);
  });
});
