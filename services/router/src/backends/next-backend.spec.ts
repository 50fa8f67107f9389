import { describe, expect, it } from '@jest/globals';
import { BackendSchema, create, timestampFromMs, type Backend } from '@switchyard/contracts';
import { nextBackend, type FallbackChoice } from './next-backend.js';

const NOW = 1_800_000_000_000;

function backend(name: string, more: { context?: number; tools?: boolean; failing?: boolean } = {}): Backend {
  const { context = 32_768, tools = true, failing = false } = more;
  return create(BackendSchema, {
    name,
    baseUrl: 'http://127.0.0.1:1/v1',
    api: 'openai-chat',
    model: 'm',
    profile: { contextWindow: context, capabilities: { tools } },
    health: { status: failing ? 'failing' : 'healthy', checkedAt: timestampFromMs(NOW) },
  });
}

const CANDIDATES = [backend('a'), backend('b'), backend('c'), backend('small', { context: 4_096 })];

function next(choice: Partial<FallbackChoice>) {
  const { chosen, refused } = nextBackend({
    ...{ candidates: CANDIDATES, fallbacks: [], visited: new Set(['a']), nowMs: NOW },
    ...choice,
  });
  return [chosen?.backend.name, refused.map(({ backend: name }) => name)];
}

describe('the next backend of a list of fallbacks', () => {
  it('is the first that the run has not been on', () => {
    expect(next({ fallbacks: ['a', 'c', 'b'] })).toEqual(['c', []]);
    expect(next({ fallbacks: ['a', 'c', 'b'], visited: new Set(['a', 'c']) })).toEqual(['b', []]);
    expect(next({ fallbacks: ['a', 'c', 'b'], visited: new Set(['a', 'b', 'c']) })).toEqual([undefined, []]);
    expect(next({})).toEqual([undefined, []]);
  });

  it('has what the agent needs; those that have it not, or are no more, are named with the reason', () => {
    const requirement = { minContext: 16_000, backend: 'a' };
    expect(next({ fallbacks: ['small', 'gone', 'b'], requirement })).toEqual(['b', ['small', 'gone']]);
    const blunt = [backend('blunt', { tools: false })];
    expect(next({ fallbacks: ['blunt'], candidates: blunt, usesTools: true })).toEqual([undefined, ['blunt']]);
    const { refused } = nextBackend({
      ...{ candidates: CANDIDATES, fallbacks: ['small'], visited: new Set<string>(), nowMs: NOW, requirement },
    });
    expect(refused[0]?.reason).toContain('4096 tokens, 16000 needed');
  });

  it('is taken in its turn although it is shown as failing, where it is named', () => {
    expect(next({ fallbacks: ['b', 'c'], candidates: [backend('b', { failing: true }), backend('c')] })).toEqual([
      'b',
      [],
    ]);
  });

  it('of "*" is any other that suits and does not fail, whatever the agent pins', () => {
    const requirement = { backend: 'a', minContext: 16_000 };
    expect(next({ fallbacks: ['*'], requirement })).toEqual(['b', []]);
    expect(next({ fallbacks: ['*'], requirement, visited: new Set(['a', 'b']) })).toEqual(['c', []]);
    expect(next({ fallbacks: ['*'], requirement, visited: new Set(['a', 'b', 'c']) })).toEqual([undefined, ['*']]);
    const failing = [backend('b', { failing: true })];
    expect(next({ fallbacks: ['*'], candidates: failing })).toEqual([undefined, ['*']]);
  });

  it('stands for certified ones first with "*", and for these alone where no other may be taken', () => {
    const certified = new Set(['c']);
    expect(next({ fallbacks: ['*'], certified })).toEqual(['c', []]);
    expect(next({ fallbacks: ['*'], certified, visited: new Set(['a', 'c']) })).toEqual(['b', []]);
    expect(next({ fallbacks: ['*'], certified: new Set(['small']), requirement: { minContext: 16_000 } })).toEqual([
      'b',
      [],
    ]);
    const only = { fallbacks: ['*', 'b'], certified, certifiedOnly: true, visited: new Set(['a', 'c']) };
    // Whoever names one has decided.
    expect(next(only)).toEqual(['b', ['*']]);
  });
});
