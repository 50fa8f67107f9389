import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MAX_PROBE_REQUESTS, ModelError, probeEndpoint } from '@switchyard/models';
import type { Simulator } from '../options.js';
import { startSimulator } from '../start-simulator.js';
import type { ChatBody } from './bare-server.fixture.js';
import { serveBareModel } from './bare-server.fixture.js';
import type { CountingServer, Handle } from './server.fixture.js';
import { bodyOf, json, serve } from './server.fixture.js';

const KEY = 'sk-probe-0123456789abcdefghijklmnop';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function started(handle: Handle): Promise<CountingServer> {
  const server = await serve(handle);
  open.push(server);
  return server;
}

async function simulated(): Promise<Simulator> {
  const simulator = await startSimulator();
  open.push(simulator);
  return simulator;
}

/** The failure of a probe, of which no part holds the key. */
async function failure(handle: Handle, options: object = {}): Promise<{ error: ModelError; asked: number }> {
  const server = await started(handle);
  const error = await probeEndpoint({ baseUrl: `${server.url}/v1`, model: 'm', apiKey: KEY, ...options }).catch(
    (caught: unknown) => caught,
  );
  if (!ModelError.is(error)) throw new Error(`no ModelError: ${String(error)}`);
  expect(`${error.message} ${String(error.stack)} ${String(error.cause)}`).not.toContain(KEY);
  expect(server.asked.length).toBeLessThanOrEqual(MAX_PROBE_REQUESTS);
  return { error, asked: server.asked.length };
}

describe('what is no model ends a probe with a code', () => {
  it('a key that is refused: at once, and without the key', async () => {
    const { error, asked } = await failure((request, response) =>
      json(response, 401, {
        error: { message: `Incorrect API key: ${request.headers.authorization ?? ''}`, code: 'invalid_api_key' },
      }),
    );
    expect([error.code, asked]).toEqual(['model.auth', 2]);
  });

  it('a web page', async () => {
    const { error } = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Hello</title>');
    });
    expect(error).toMatchObject({ code: 'probe.web_page', message: expect.stringContaining('/v1') });
  });

  it('a redirect, which is not followed', async () => {
    const { error } = await failure((_request, response) => {
      response.writeHead(308, { location: 'https://elsewhere.example/v1' }).end();
    });
    expect(error).toMatchObject({
      code: 'probe.moved',
      message: expect.stringContaining('https://elsewhere.example/v1'),
    });
  });

  it('a port on which nobody listens', async () => {
    const server = await serve(() => undefined);
    await server.close();
    await expect(probeEndpoint({ baseUrl: `${server.url}/v1`, model: 'm' })).rejects.toMatchObject({
      code: 'model.unreachable',
    });
  });

  it('silence', async () => {
    const { error } = await failure(() => undefined, { requestMs: 100 });
    expect(error.kind).toBe('timeout');
  });

  it('a time that is up', async () => {
    const { error } = await failure(() => undefined, { totalMs: 100 });
    expect(error).toMatchObject({ kind: 'timeout', code: 'model.timeout.total' });
  });

  it.each([
    ['events that mean nothing', 'data: {"choices":[{"index":0,"delta":{"content":"and on and on "}}]}\n\n'],
    ['blanks', ': \n\n'],
  ])('a stream without end: %s', async (_what, event) => {
    const { error } = await failure(
      (request, response) => {
        if (request.method === 'GET') return json(response, 404, {});
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const piece = event.repeat(2_000);
        const more = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', more);
        more();
      },
      { requestMs: 10_000 },
    );
    expect(error.code).toBe('probe.no_api');
  });

  it('nonsense, in JSON and not', async () => {
    const numbers = await failure((_request, response) => json(response, 200, [1, 2, 3]));
    const text = await failure((_request, response) => void response.end('OK'));
    const empty = await failure((_request, response) => json(response, 200, {}));
    for (const { error } of [numbers, text, empty])
      expect(error).toMatchObject({ code: 'probe.no_api', message: expect.stringContaining('openai-chat') });
  });

  it('a list of several models, none named; or of none', async () => {
    const list =
      (...ids: string[]): Handle =>
      (_request, response) =>
        json(response, 200, { object: 'list', data: ids.map((id) => ({ id })) });
    const several = await failure(list('one', 'two', 'text-embedding-3'), { model: undefined });
    expect(several.error).toMatchObject({ code: 'probe.model_needed', message: expect.stringContaining('one, two') });
    expect((await failure(list(), { model: undefined })).error.code).toBe('probe.model_needed');
  });

  it('a model that the endpoint does not know', async () => {
    const { error } = await failure((_request, response) =>
      json(response, 404, { error: { message: 'The model `m` does not exist.', code: 'model_not_found' } }),
    );
    expect(error.code).toBe('model.not_found');
  });

  it.each(['ftp://127.0.0.1', 'localhost:8000', '', 'https://user:secret@host/v1', 'https://host/v1?api_key=secret'])(
    'an address that is none, or holds a secret: %s',
    async (baseUrl) => {
      const error = await probeEndpoint({ baseUrl, model: 'm' }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'probe.url_invalid', message: expect.not.stringContaining('secret@') });
    },
  );
});

describe('an endpoint that slows a probe down', () => {
  it('for a moment: the probe waits and goes on', async () => {
    const simulator = await simulated();
    simulator.setFault({ fault: '429', retryAfterMs: 5, times: 2 });
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1` });
    expect(found).toMatchObject({ warnings: [], backend: { api: 'openai-chat' } });
    expect(simulator.requests.length).toBe(found.requests);
  });

  it('for long: the probe ends with what is known, and says so', async () => {
    const simulator = await simulated();
    simulator.enqueue({ text: 'ready' }, { text: 'ready' }, { fault: { fault: '429', retryAfterMs: 3_600_000 } });
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1`, apiKey: KEY });
    expect(found.backend).toMatchObject({ api: 'openai-chat', profile: { capabilities: { streaming: true } } });
    expect(found.warnings).toEqual([expect.stringContaining('429')]);
    expect(JSON.stringify(found)).not.toContain(KEY);
  });

  it('where it is asked for an absurd output: that is not waited for, and ends nothing', async () => {
    const server = await serveBareModel({
      refuse: (body: ChatBody) =>
        Number(body['max_tokens']) > 1_000_000 ? 'This request requires more credits, or fewer max_tokens.' : undefined,
      status: 402,
    });
    open.push(server);
    const found = await probeEndpoint({ baseUrl: `${server.url}/v1` });
    expect([found.warnings, found.backend.profile.finish]).toEqual([[], 'trusted']);
    expect(found.findings).toContainEqual(expect.objectContaining({ field: 'finish', value: 'trusted' }));
  });

  it('from the first request: it is the code of the failure', async () => {
    const { error } = await failure((_request, response) =>
      json(response, 429, { error: { message: 'Slow down' } }, { 'retry-after': '3600' }),
    );
    expect(error).toMatchObject({ code: 'model.rate_limited', retryAfterMs: 3_600_000 });
  });
});

describe('an endpoint that breaks off', () => {
  it('once: the same is asked again, and nothing is concluded from it', async () => {
    const simulator = await simulated();
    simulator.enqueue({ text: 'ready' }, { text: 'ready' }, { fault: { fault: 'cut' } });
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1` });
    expect(found.backend.profile).toMatchObject({ tools: { mode: 'native' }, capabilities: { tools: true } });
    expect(found.warnings).toEqual([]);
    expect(simulator.requests.length).toBe(found.requests);
  });

  it('for good: what is known by then stands, and what was not tried is no finding', async () => {
    const simulator = await simulated();
    let posts = 0;
    const server = await started((request, response) => {
      posts += request.method === 'POST' ? 1 : 0;
      if (posts > 2) return void response.destroy();
      const passed = httpRequest(
        new URL(request.url ?? '', simulator.url),
        { method: request.method, headers: request.headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      request.pipe(passed);
    });
    const found = await probeEndpoint({ baseUrl: `${server.url}/v1` });
    expect(found.backend).toMatchObject({
      api: 'openai-chat',
      profile: { capabilities: { streaming: true, tools: true } },
    });
    expect(found.warnings).toEqual([expect.stringContaining('broken off early')]);
    expect(found.findings.map(({ field }) => field)).not.toContain('capabilities.tools');
    expect(server.asked.length).toBe(found.requests);
  });
});

describe('the number of requests', () => {
  it.each([1, 3, 8])('is never more than %d where that is allowed', async (maxRequests) => {
    const simulator = await simulated();
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1`, maxRequests }).catch(
      (caught: unknown) => caught,
    );
    expect(simulator.requests.length).toBeLessThanOrEqual(maxRequests);
    if (maxRequests > 1)
      expect(found).toMatchObject({
        requests: maxRequests,
        notTried: expect.arrayContaining([
          { field: 'capabilities.vision', why: expect.stringContaining(`all ${maxRequests} requests`) },
        ]),
      });
    else expect(found).toMatchObject({ code: 'probe.no_api' });
  });

  it('is never more than 25, whatever is asked for and however much is refused', async () => {
    // Only the smallest request is taken: everything else has its follow-ups.
    let first = true;
    const server = await serveBareModel({
      refuse: (body: ChatBody) => {
        const smallest = JSON.stringify(body.messages).length < 90 && body['stream'] === false && first;
        first = false;
        return smallest ? undefined : 'no';
      },
    });
    open.push(server);
    const found = await probeEndpoint({ baseUrl: `${server.url}/v1`, maxRequests: 1_000 });
    expect(server.asked.length).toBe(found.requests);
    expect(found.requests).toBeLessThanOrEqual(MAX_PROBE_REQUESTS);
  });

  it('stays within the limit where tools are taken and most else is refused', async () => {
    const server = await serveBareModel({
      refuse: (body: ChatBody) =>
        body['temperature'] !== undefined ||
        body['seed'] !== undefined ||
        body['stop'] !== undefined ||
        body['top_p'] !== undefined ||
        body['tool_choice'] !== undefined ||
        body['response_format'] !== undefined ||
        body['parallel_tool_calls'] !== undefined ||
        body['stream_options'] !== undefined ||
        body.messages.length > 1
          ? 'Bad request'
          : undefined,
    });
    open.push(server);
    const found = await probeEndpoint({ baseUrl: `${server.url}/v1` });
    expect([server.asked.length, found.requests <= MAX_PROBE_REQUESTS]).toEqual([found.requests, true]);
    expect(found.backend.profile.capabilities.tools).toBe(true);
  });
});

describe('a key', () => {
  it('that the endpoint repeats stands in no finding', async () => {
    const server = await started(async (request, response) => {
      const body = request.method === 'POST' ? await bodyOf(request) : {};
      if (body['stream'] === undefined || body['stream'] === true || body['tools'] !== undefined)
        return json(response, 400, { error: { message: `refused for ${KEY}` } });
      json(response, 200, {
        id: KEY,
        model: KEY,
        choices: [{ index: 0, message: { content: `ready ${KEY}` }, finish_reason: 'stop' }],
      });
    });
    const found = await probeEndpoint({ baseUrl: `${server.url}/v1`, model: 'm', apiKey: KEY, apiKeyEnv: 'SOME_KEY' });
    expect(found.backend.apiKeyEnv).toBe('SOME_KEY');
    expect(JSON.stringify(found)).not.toContain(KEY);
  });
});
