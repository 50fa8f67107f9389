import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkProfile } from '../profile/check-profile.js';
import { discoverable } from './catalogue.js';
import { discoverBackends } from './discover-backends.js';

const answers =
  (byPrefix: Record<string, unknown>): typeof fetch =>
  async (input) => {
    const found = Object.entries(byPrefix).find(([prefix]) => String(input).startsWith(prefix));
    if (found === undefined) throw new TypeError('fetch failed');
    return found[1] instanceof Response ? found[1] : Response.json(found[1]);
  };
const nobody = answers({});

describe('discovery', () => {
  it('finds nothing where nothing is, and says so with an empty list', async () => {
    expect(await discoverBackends({}, { fetch: nobody })).toEqual([]);
    expect(await discoverBackends({ OPENAI_API_KEY: ' ' }, { fetch: nobody })).toEqual([]);
  });

  it('finds each provider by its key, names the variable and never holds the key', async () => {
    const { hosted } = await discoverable();
    expect(hosted.map(({ name }) => name).join(' ')).toBe(
      'openai anthropic gemini zai mistral deepseek openrouter groq together fireworks xai moonshot',
    );
    const env = Object.fromEntries(hosted.map((entry) => [entry.apiKeyEnv, 'secret-value']));
    const found = await discoverBackends(env, { probeLocal: false });
    expect(found.map(({ backend }) => backend.name)).toEqual(hosted.map((entry) => entry.name));
    expect(JSON.stringify(found)).not.toContain('secret-value');
    for (const { backend, found: how } of found) {
      expect(backend.name).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(backend.profile.approximate).toBe(true);
      expect(backend.profile.maxOutputTokens).toBeLessThanOrEqual(backend.profile.contextWindow);
      expect(how).toBe(`${backend.apiKeyEnv} is set`);
      expect(URL.canParse(backend.baseUrl)).toBe(true);
    }
  });

  it('lets the user choose model, address and window, and gives no price for a model that the table does not know', async () => {
    const [found] = await discoverBackends(
      {
        ANTHROPIC_API_KEY: 'k',
        SWITCHYARD_MODEL_ANTHROPIC: 'other',
        SWITCHYARD_BASE_URL_ANTHROPIC: 'https://proxy.example/v1',
        SWITCHYARD_CONTEXT_ANTHROPIC: '200000',
      },
      { probeLocal: false },
    );
    expect(found?.backend).toMatchObject({
      model: 'other',
      baseUrl: 'https://proxy.example/v1',
      profile: { contextWindow: 200_000, prices: null },
    });
  });

  it('gives a window that is smaller than the answers of the table smaller answers: no profile contradicts itself', async () => {
    for (const window of ['1000', '50000']) {
      const env = { ANTHROPIC_API_KEY: 'k', SWITCHYARD_CONTEXT_ANTHROPIC: window, SWITCHYARD_CONTEXT_VLLM: window };
      const serving = answers({ 'http://127.0.0.1:8000/v1/models': { data: [{ id: 'big' }] } });
      const found = await discoverBackends(env, { fetch: serving });
      expect(found.map(({ backend }) => backend.name)).toEqual(['anthropic', 'vllm']);
      for (const { backend } of found) expect(checkProfile(backend.profile)).toEqual([]);
    }
  });

  it("offers what stands in a folder of the user's own", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-catalogue-'));
    const file = `provider: zai
title: Mine
base_url: https://proxy.example/v1
api: openai-chat
api_key_env: ZAI_API_KEY
sources: [mine]
as_of: '2026-11-01'
endpoints:
  glm-5.1: { title: Mine, model: my-glm, discovery: { by: key, backend: zai, title: Mine, order: 0 } }
`;
    await writeFile(join(folder, 'zai.yaml'), file);
    const env = { ZAI_API_KEY: 'k', SWITCHYARD_CATALOGUE: folder };
    const [found] = await discoverBackends(env, { probeLocal: false });
    expect(found?.backend).toMatchObject({ name: 'zai', model: 'my-glm', baseUrl: 'https://proxy.example/v1' });
    await writeFile(join(folder, 'zai.yaml'), 'provider: [');
    await expect(discoverBackends(env, { probeLocal: false })).rejects.toMatchObject({ code: 'catalogue.invalid' });
    await rm(folder, { recursive: true });
  });

  it("offers an endpoint of the user's own", async () => {
    const env = {
      SWITCHYARD_BASE_URL_CUSTOM: 'http://gpu:9000/v1',
      SWITCHYARD_MODEL_CUSTOM: 'mine',
      SWITCHYARD_API_KEY_CUSTOM: 'k',
    };
    const found = await discoverBackends(env, { probeLocal: false });
    expect(found.map(({ backend }) => backend)).toMatchObject([
      { name: 'custom', model: 'mine', apiKeyEnv: 'SWITCHYARD_API_KEY_CUSTOM' },
    ]);
    expect(await discoverBackends({ SWITCHYARD_BASE_URL_CUSTOM: 'http://gpu' }, { probeLocal: false })).toEqual([]);
  });

  it('finds local servers by their list of models, with the window that they tell', async () => {
    const found = await discoverBackends(
      {},
      {
        fetch: answers({
          'http://127.0.0.1:11434/v1/models': { data: [{ id: 'nomic-embed-text' }, { id: 'qwen3:8b' }] },
          'http://127.0.0.1:8000/v1/models': { data: [{ id: 'big', max_model_len: 65_536 }] },
        }),
      },
    );
    expect(
      found.map(({ backend, found: how }) => [backend.api, backend.model, backend.profile.contextWindow, how]),
    ).toEqual([
      ['ollama', 'qwen3:8b', 8_192, 'Ollama answers at http://127.0.0.1:11434'],
      ['openai-chat', 'big', 65_536, 'vLLM answers at http://127.0.0.1:8000/v1'],
    ]);
  });

  it("speaks Ollama's own API with the window that the user names, also where its address was given with /v1", async () => {
    for (const address of ['http://gpu:11434', 'http://gpu:11434/v1', 'http://gpu:11434/v1/']) {
      const [found] = await discoverBackends(
        { SWITCHYARD_BASE_URL_OLLAMA: address, SWITCHYARD_CONTEXT_OLLAMA: '32768' },
        { fetch: answers({ 'http://gpu:11434/v1/models': { data: [{ id: 'qwen3:8b' }] } }) },
      );
      expect(found?.backend).toMatchObject({
        api: 'ollama',
        baseUrl: 'http://gpu:11434',
        profile: { api: 'ollama', contextWindow: 32_768 },
      });
    }
  });

  it('reaches providers by their own API where that says more', async () => {
    const found = await discoverBackends({ GEMINI_API_KEY: 'k', MISTRAL_API_KEY: 'k' }, { probeLocal: false });
    expect(found.map(({ backend }) => backend)).toMatchObject([
      {
        api: 'gemini',
        baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
        profile: { usage: { outputIncludesReasoning: false }, callSeal: { field: 'thoughtSignature' } },
      },
      { api: 'mistral', baseUrl: 'https://api.mistral.ai/v1', profile: { callIds: 'alnum9', streamUsage: false } },
    ]);
  });

  it('takes no other server on a popular port for a model server', async () => {
    for (const other of [
      Response.json([]),
      Response.json({ data: 'x' }),
      Response.json({ data: [] }),
      new Response('<html>'),
      new Response(null, { status: 404 }),
    ]) {
      expect(await discoverBackends({}, { fetch: answers({ 'http://127.0.0.1:8000': other }) })).toEqual([]);
    }
  });

  it('does not wait for a server that does not answer', async () => {
    const silent: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    expect(await discoverBackends({}, { fetch: silent, timeoutMs: 20 })).toEqual([]);
    expect((await discoverable()).local.map(({ name }) => name)).toEqual(['ollama', 'llama-cpp', 'vllm', 'lm-studio']);
  });
});
