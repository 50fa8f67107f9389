import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_PROBE_REQUESTS, probeEndpoint } from '@switchyard/models';
import { converse } from '../agent.fixture.js';
import type { FaultKind, Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';
import { APIS } from '../wires.fixture.js';
import { SERVER_WIRES, wireAt } from '../wires/wires.js';
import { bodyOf, json, only, serve } from './server.fixture.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.setFault(null);
  simulator.requests.length = 0;
});

describe('an endpoint that speaks one wire API', () => {
  it.each(APIS)(
    '%s: is found without being told, within the requests, and an agent works with its profile',
    async (api) => {
      const server = await only(simulator.url, (path) => wireAt(path) === SERVER_WIRES[api]);
      try {
        const { baseUrl, model } = simulatorBackend(server.url, { api });
        const found = await probeEndpoint({ baseUrl, model });
        expect(found.backend).toMatchObject({ api, baseUrl: baseUrl.replace(/\/$/u, ''), model });
        expect(server.asked.length).toBe(found.requests);
        expect(found.requests).toBeLessThanOrEqual(MAX_PROBE_REQUESTS);
        expect(found.warnings).toEqual([]);
        expect(found.backend.profile.capabilities).toMatchObject({
          tools: true,
          streaming: true,
          parallelToolCalls: true,
        });

        const { calls, answer } = await converse(found.backend, 'What is 17% of 2340?', { calculator: () => '397.8' });
        expect(calls).toMatchObject([{ name: 'calculator' }]);
        expect(answer).toContain('397.8');
      } finally {
        await server.close();
      }
    },
  );

  it('ollama: never asks for a window that might not fit the machine, whatever the model was trained for', async () => {
    const inner = await only(simulator.url, (path) => path === '/api/chat');
    const windows = new Set<unknown>();
    const server = await serve(async (request, response) => {
      const body = await bodyOf(request);
      if (request.url === '/api/tags') return json(response, 200, { models: [{ name: 'q:8b', digest: 'd' }] });
      if (request.url === '/api/show') return json(response, 200, { model_info: { 'qwen3.context_length': 262_144 } });
      windows.add((body['options'] as { num_ctx?: number } | undefined)?.num_ctx);
      const answer = await fetch(inner.url + request.url, { method: 'POST', body: JSON.stringify(body) });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
      response.end(await answer.text());
    });
    try {
      const { backend, findings } = await probeEndpoint({ baseUrl: server.url, api: 'ollama' });
      expect([...windows]).toEqual([8_192]);
      expect(backend).toMatchObject({ model: 'q:8b', profile: { contextWindow: 8_192, approximate: true } });
      expect(findings).toContainEqual(
        expect.objectContaining({
          field: 'contextWindow',
          confidence: 'assumed',
          how: expect.stringContaining('262144'),
        }),
      );
    } finally {
      await server.close();
      await inner.close();
    }
  });

  it('is the one at the host, with its version and model found by its list', async () => {
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1/chat/completions` });
    expect(found.backend).toMatchObject({
      api: 'openai-chat',
      baseUrl: `${simulator.url}/v1`,
      model: 'switchyard-simulator',
      simulated: true,
    });
    const bare = await probeEndpoint({ baseUrl: simulator.url });
    expect(bare.backend.baseUrl).toBe(`${simulator.url}/v1`);
  });
});

describe('an endpoint with a quirk of its calls', () => {
  it.each<[FaultKind, object]>([
    ['quirk-finish-stop', { field: 'quirks', value: ['finish_corrected'] }],
    ['quirk-id-missing', { field: 'ids.returned', value: 'none' }],
    ['quirk-arguments-object', { field: 'quirks', value: ['arguments_object'] }],
    ['quirk-arguments-cumulative', { field: 'quirks', value: ['arguments_cumulative'] }],
    ['quirk-double-encoded', { field: 'quirks', value: ['arguments_double_encoded'] }],
    ['quirk-call-repeated', { field: 'quirks' }],
    ['quirk-name-split', { field: 'quirks' }],
  ])('%s: is named, and an agent works all the same', async (fault, finding) => {
    simulator.setFault({ fault });
    const found = await probeEndpoint({ baseUrl: `${simulator.url}/v1` });
    expect(found.findings).toContainEqual(expect.objectContaining(finding));
    expect(simulator.requests.length).toBe(found.requests);
    expect(found.requests).toBeLessThanOrEqual(MAX_PROBE_REQUESTS);
    const { calls, answer } = await converse(found.backend, 'What is 17% of 2340?', { calculator: () => '397.8' });
    expect([calls.length, answer.includes('397.8')]).toEqual([1, true]);
  });
});
