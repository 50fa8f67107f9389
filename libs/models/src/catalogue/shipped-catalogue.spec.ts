import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { stableStringify } from '../json.js';
import { checkProfile } from '../profile/check-profile.js';
import { defineProfile } from '../profile/profile.js';
import type { CatalogueEntry } from './catalogue-entry.js';
import type { Catalogue } from './load-catalogue.js';
import { loadCatalogue } from './load-catalogue.js';
import { resolveEntry } from './resolve-entry.js';

const FOLDER = fileURLToPath(new URL('../../catalogue/', import.meta.url));
const BUILT = new URL('../../dist/index.js', import.meta.url).href;
/** Whatever an address may ask for. */
const ENV = new Proxy({}, { get: () => 'mine' });

let catalogue: Catalogue;
let entries: CatalogueEntry[];
beforeAll(async () => {
  catalogue = await loadCatalogue();
  entries = [...catalogue.values()];
});

const profileOf = (name: string) => defineProfile(catalogue.get(name)?.profile ?? { api: 'openai-chat' });
const windowsOf = (part: string): Map<string, number> =>
  new Map(
    entries
      .filter(({ name }) => name.includes(part))
      .map(({ provider, profile }) => [provider, defineProfile(profile).contextWindow]),
  );

describe('the catalogue that ships', () => {
  it('has every provider in a file of its name, with facts that have a source and a date', async () => {
    expect(entries.length).toBeGreaterThanOrEqual(60);
    const files = (await readdir(FOLDER)).sort();
    expect([...new Set(entries.map(({ provider }) => `${provider}.yaml`))].sort()).toEqual(files);
    for (const { name, sources, asOf, profile, title } of entries) {
      expect([name, sources.length > 0, Number.isNaN(Date.parse(asOf)), title !== '']).toEqual([
        name,
        true,
        false,
        true,
      ]);
      expect([name, profile.approximate]).toEqual([name, true]);
    }
    const providers = new Set(entries.map(({ provider }) => provider));
    for (const provider of PROVIDERS) expect([provider, providers.has(provider)]).toEqual([provider, true]);
  });

  it('is free of contradictions, and every entry becomes a backend', () => {
    for (const entry of entries) {
      expect([entry.name, checkProfile(entry.profile)]).toEqual([entry.name, []]);
      const backend = resolveEntry(entry, ENV);
      expect([entry.name, URL.canParse(backend.baseUrl), backend.baseUrl.includes('{')]).toEqual([
        entry.name,
        true,
        false,
      ]);
      expect(backend.name).toMatch(/^[a-zA-Z0-9_-]+$/);
      expect(backend.baseUrl).not.toMatch(/\/$/);
    }
    const names = entries.map((entry) => resolveEntry(entry, ENV).name);
    expect(new Set(names).size).toBe(entries.length);
  });

  it('says in a profile only what differs from the defaults of the API', () => {
    for (const { name, profile } of entries) {
      const whole = defineProfile(profile);
      for (const member of Object.keys(profile).filter((each) => each !== 'api')) {
        const without = defineProfile({ ...profile, [member]: undefined, api: profile.api });
        const same = stableStringify(JSON.parse(JSON.stringify({ ...without, version: '' })));
        const differs = same !== stableStringify(JSON.parse(JSON.stringify({ ...whole, version: '' })));
        expect([name, member, differs]).toEqual([name, member, true]);
      }
    }
  });

  it('knows the windows of GLM-5 and its successors by who serves them', () => {
    for (const successor of ['glm-5', 'glm-5.1', 'glm-5.2', 'glm-5.3'])
      expect(catalogue.has(`zai/${successor}`)).toBe(true);
    const hosts = new Set(entries.filter(({ name }) => name.includes('/glm-5')).map(({ provider }) => provider));
    expect(hosts.size).toBeGreaterThanOrEqual(10);
    expect(new Set(windowsOf('/glm-5.2').values()).size).toBeGreaterThanOrEqual(5);
    expect(profileOf('zai/glm-5.2')).toMatchObject({
      overflow: 'accepts',
      dialect: 'glm-4.7',
      contextWindow: 1_000_000,
    });
    expect(profileOf('baseten/glm-5.2')).toMatchObject({ overflow: 'error', dialect: 'glm-4.7' });
    expect(profileOf('vllm/glm-5.2-bare')).toMatchObject({ tools: { mode: 'text' }, reasoning: { opened: true } });
  });

  it('knows that Llama 4 Scout has another window at each host, and that one has no parser', () => {
    const windows = windowsOf('/llama-4-scout');
    expect(Object.fromEntries(windows)).toMatchObject({
      wandb: 64_000,
      groq: 131_072,
      together: 131_072,
      deepinfra: 327_680,
      openrouter: 327_680,
      bedrock: 3_500_000,
    });
    for (const local of ['vllm', 'lm-studio', 'ollama']) expect(windows.has(local)).toBe(true);
    expect(profileOf('cloudflare/llama-4-scout').tools.mode).toBe('text');
  });

  it('is read by who asks for it: to load the library loads no YAML parser', async () => {
    const script = `import { createRequire } from 'node:module';
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => /yaml/.test(file)).length > 0;
      const { loadCatalogue } = await import(${JSON.stringify(BUILT)});
      const before = loaded();
      await loadCatalogue({ provider: 'zai' });
      console.log(JSON.stringify([before, loaded()]));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(JSON.parse(stdout)).toEqual([false, true]);
  });

  it('is found by what is built as well', async () => {
    const script = `const { loadCatalogue } = await import(${JSON.stringify(BUILT)}); console.log((await loadCatalogue()).size);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(Number(stdout)).toBe(entries.length);
  });
});

const PROVIDERS = [
  'openai',
  'azure',
  'anthropic',
  'gemini',
  'vertex',
  'mistral',
  'deepseek',
  'moonshot',
  'minimax',
  'dashscope',
  'cohere',
  'xai',
  'groq',
  'together',
  'fireworks',
  'openrouter',
  'bedrock',
  'vllm',
  'sglang',
  'llama-cpp',
  'ollama',
  'lm-studio',
  'zai',
];
