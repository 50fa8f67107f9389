import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { completeModel } from '../../client/call-model.js';
import { TestEndpoint } from '../../client/test-endpoint.fixture.js';
import { textOf, userMessage } from '../../messages/message-helpers.js';
import type { ModelRequest } from '../../model-request.js';
import type { Backend } from '../../profile/backend.js';
import { eventFrames } from './frames.fixture.js';

const MODEL = 'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0';
const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLETOKEN+/=';
const REQUEST: ModelRequest = { messages: [userMessage('Hi')] };
const ANSWER = eventFrames([
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello' } } },
  { messageStop: { stopReason: 'end_turn' } },
]);

let endpoint: TestEndpoint;
let backend: Backend;
beforeEach(async () => {
  endpoint = await TestEndpoint.start();
  backend = endpoint.backend({ api: 'bedrock' }, { baseUrl: endpoint.url, model: MODEL });
});
afterEach(() => endpoint.close());

describe('a call of Bedrock', () => {
  it('is signed, sent to the encoded model, and its binary stream is read', async () => {
    endpoint.answer((response) =>
      response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(ANSWER),
    );
    const { message } = await completeModel(backend, REQUEST, { apiKey: `AKIDEXAMPLE:${SECRET}:${TOKEN}` });
    expect(textOf(message)).toBe('Hello');
    expect(endpoint.seen[0]).toMatchObject({
      url: '/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A123456789012%3Ainference-profile%2Feu.amazon.nova-lite-v1%3A0/converse-stream',
      headers: {
        accept: 'application/vnd.amazon.eventstream, application/json',
        'x-amz-security-token': TOKEN,
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
        ),
      },
    });
  });

  it('is whole where no stream is wanted, and an API key is sent as it is', async () => {
    const body = { output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } }, stopReason: 'end_turn' };
    endpoint.answer((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
    const { message } = await completeModel(backend, { ...REQUEST, stream: false }, { apiKey: 'ABSKQmVkcm9jaw==' });
    expect(textOf(message)).toBe('Hello');
    expect(endpoint.seen[0]?.url).toMatch(/\/converse$/);
    expect(endpoint.seen[0]?.headers.authorization).toBe('Bearer ABSKQmVkcm9jaw==');
  });

  it('tells no part of its credential, whoever quotes it', async () => {
    endpoint.answer((response) =>
      response
        .writeHead(403, { 'x-amzn-errortype': 'InvalidSignatureException' })
        .end(JSON.stringify({ message: `Wrong: ${SECRET} and ${TOKEN}` })),
    );
    const failure = async (apiKey: string): Promise<unknown> =>
      completeModel(backend, REQUEST, { apiKey }).then(
        () => undefined,
        (error: unknown) => error,
      );
    const refused = await failure(`AKIDEXAMPLE:${SECRET}:${TOKEN}`);
    expect(refused).toMatchObject({ kind: 'auth' });
    const odd = await failure(`AKIDEXAMPLE:${SECRET}:${TOKEN}\nx`);
    expect(odd).toMatchObject({ kind: 'bad_request' });
    for (const error of [refused, odd]) {
      const whole = inspect(error, { depth: 10, showHidden: true });
      expect(whole).not.toContain(SECRET);
      expect(whole).not.toContain(TOKEN);
    }
  });
});
