import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@switchyard/config';
import { HttpEmbedder } from './http-embedder.js';
import { LOCAL_VERSION } from './local-embedder.js';
import { embeddersBefore, makeEmbedder } from './make-embedder.js';

const memoryOf = (env: Record<string, string>) => loadConfig(env).memory;
const endpoint = {
  SWITCHYARD_EMBEDDER: 'http://localhost:1/v1',
  SWITCHYARD_EMBEDDER_MODEL: 'large:v2',
  SWITCHYARD_EMBEDDER_DIMENSIONS: '1024',
};
function before(env: Record<string, string>, versions: readonly string[]): string[] {
  const memory = memoryOf(env);
  const present = makeEmbedder(memory);
  return present ? embeddersBefore(memory, present, versions).map(({ version }) => version) : [];
}

describe('the embedder that is set', () => {
  it('is the local one unless another is named', () => {
    expect(makeEmbedder(memoryOf({}))?.version).toBe(LOCAL_VERSION);
    expect(makeEmbedder(memoryOf({ SWITCHYARD_EMBEDDER: 'none' }))).toBeUndefined();
    expect(makeEmbedder(memoryOf(endpoint))).toBeInstanceOf(HttpEmbedder);
    expect(makeEmbedder(memoryOf(endpoint))?.version).toBe('http:large:v2@1024');
  });

  it('lets those before it serve that can still be asked', () => {
    const versions = [LOCAL_VERSION, 'http:large:v2@1024', 'http:small@8', 'unheard of'];
    expect(before(endpoint, versions)).toEqual([LOCAL_VERSION, 'http:small@8']);
    expect(before({}, versions)).toEqual([]);
  });
});
