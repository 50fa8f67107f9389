import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededNumbers } from '@switchyard/testing';
import { HEALTHS, type Candidate } from './candidate.js';
import { decide, type RoutingRequest } from './decide.js';
import { describeDecision } from './explanation.js';
import { learn } from './learn.js';
import { candidate, learnt } from './routing.fixture.js';
import { startRouting, withSettings, type RoutingState } from './state.js';

const NAMES = ['a', 'b', 'c', 'd'] as const;
const never = () => 0.999;
const always = () => 0;

/** Two backends of 200 runs each: a good dear slow one, and a cheap fast one that is somewhat worse. */
const known = learnt(
  {},
  { backend: 'dear', quality: 0.9, cost: 0.1, latencyMs: 4_000, failed: false, times: 200 },
  { backend: 'cheap', quality: 0.7, cost: 0.01, latencyMs: 500, failed: false, times: 200 },
);
const both = [candidate('dear', { certified: true }), candidate('cheap', { certified: true })];
const ask = (policy: RoutingRequest['policy'], candidates = both): RoutingRequest => ({
  policy,
  taskClass: 'letters',
  candidates,
});

describe('a policy decides among what nothing rules out', () => {
  it.each([
    [{ kind: 'best-quality' }, 'dear'],
    [{ kind: 'cheapest-certified' }, 'cheap'],
    [{ kind: 'balanced' }, 'dear'],
    [{ kind: 'pin', backend: 'cheap' }, 'cheap'],
    [{ kind: 'weights', weights: { quality: 1, cost: 0.5, latency: 0 } }, 'cheap'],
    [{ kind: 'weights', weights: { quality: 1, cost: 0, latency: 0.5 } }, 'cheap'],
  ] as const)('%j takes %s', (policy, backend) => {
    expect(decide(known, ask(policy), never).backend).toBe(backend);
  });

  it('balanced takes the cheap one where it is nearly as good', () => {
    const state = learnt(
      {},
      { backend: 'dear', quality: 0.9, cost: 0.1, times: 200 },
      { backend: 'cheap', quality: 0.87, cost: 0.01, times: 200 },
    );
    expect(decide(state, ask({ kind: 'balanced' }), never).backend).toBe('cheap');
  });

  it('a pin is taken though it fails, and not where it does not suit', () => {
    const failing = [candidate('dear', { health: 'failing', contextWindow: 8_000 }), candidate('cheap')];
    const request = ask({ kind: 'pin', backend: 'dear' }, failing);
    expect(decide(known, request, never)).toMatchObject({ backend: 'dear', explanation: { reason: 'dear is pinned' } });
    expect(() => decide(known, { ...request, contextTokens: 9_000 }, never)).toThrow(
      /context: 8000 tokens, 9000 needed/,
    );
  });

  it('one that failed lately is taken where no other suits, or to learn', () => {
    const request = ask({ kind: 'best-quality' }, [candidate('dear', { health: 'recovering' }), candidate('cheap')]);
    expect(decide(known, request, never).backend).toBe('cheap');
    expect(decide(known, request, always)).toMatchObject({ backend: 'dear', explanation: { explored: true } });
    const alone = ask({ kind: 'best-quality' }, request.candidates.slice(0, 1));
    expect(decide(known, alone, never).backend).toBe('dear');
  });

  it('what suites said counts before there are runs, and runs of other classes do for one without', () => {
    const suites = [candidate('new'), candidate('tried', { prior: { quality: 0.9, runs: 50 } })];
    expect(decide(startRouting(), ask({ kind: 'best-quality' }, suites), never).backend).toBe('tried');
    const { explanation } = decide(known, { ...ask({ kind: 'best-quality' }), taskClass: 'verse' }, never);
    expect(explanation.candidates.map(({ backend }) => backend)).toEqual(['dear', 'cheap']);
    expect(explanation.candidates[0]?.quality).toMatchObject({ runs: 0, mean: expect.closeTo(0.9, 1) });
  });
});

describe('an explanation', () => {
  it('names what ruled out each candidate', () => {
    const candidates = [
      candidate('open', { health: 'open', certified: true }),
      candidate('short', { contextWindow: 4_000, certified: true }),
      candidate('untold'),
      candidate('plain', { lacks: ['capability: no vision'], certified: true }),
      candidate('fits', { contextWindow: 128_000, certified: true }),
    ];
    const request = { ...ask({ kind: 'balanced' }, candidates), contextTokens: 5_000, certifiedOnly: true };
    const { backend, explanation } = decide(known, request, never);
    expect(backend).toBe('fits');
    expect(explanation.reason).toBe('fits is the only one that nothing rules out');
    expect(Object.fromEntries(explanation.candidates.map((one) => [one.backend, one.ruledOut]))).toEqual({
      fits: [],
      open: ['health: open'],
      short: ['context: 4000 tokens, 5000 needed'],
      untold: ['no certificate in force'],
      plain: ['capability: no vision'],
    });
  });

  it('is told to a person in a line for each candidate', () => {
    const state = withSettings(known, { budget: { perTask: 0.05 } });
    const text = describeDecision(decide(state, ask({ kind: 'best-quality' }), never).explanation);
    expect(text.split('\n')).toEqual([
      'cheap is the only one that nothing rules out (class letters; $0.05 a task, balance $0, price 0.000)',
      expect.stringMatching(
        /^ {2}cheap: score 0\.\d+ \(quality 0\.\d+ ± 0\.\d+ of \d+ runs, cost \$0\.0\d+, \d+ ms\)$/,
      ),
      expect.stringMatching(/^ {2}dear: ruled out: budget: it costs more than is left/),
    ]);
  });

  it('says when a backend is taken to learn, and why that one', () => {
    const state = learnt(
      { exploration: 0.1 },
      { backend: 'a', quality: 0.6, times: 50 },
      { backend: 'b', quality: 0.5, times: 30 },
    );
    const { backend, explanation } = decide(
      state,
      ask({ kind: 'best-quality' }, [candidate('a'), candidate('b')]),
      always,
    );
    expect({ backend, explored: explanation.explored, random: explanation.random }).toEqual({
      backend: 'b',
      explored: true,
      random: 0,
    });
    expect(explanation.reason).toMatch(/^b is taken to learn: it may score 0\.\d+, and a scores 0\.\d+$/);
  });

  it('one that failed its first runs is taken to learn until it has had twenty, and not where it cannot win', () => {
    const candidates = [candidate('a'), candidate('b', { estimatedCost: 1 })];
    const after = (times: number) =>
      learnt(
        { exploration: 0.1 },
        { backend: 'a', quality: 0.9, cost: 0.01, times: 500 },
        { backend: 'b', quality: 0, cost: 1, times },
      );
    const { explanation } = decide(after(12), ask({ kind: 'best-quality' }, candidates), always);
    expect(explanation).toMatchObject({
      explored: true,
      reason: expect.stringMatching(/^b is taken to learn: it may score 1\.000, and a scores 0\.\d+$/),
    });
    const tried = [candidate('a'), candidate('b', { estimatedCost: 1, prior: { quality: 0, runs: 20 } })];
    expect(decide(after(12), ask({ kind: 'best-quality' }, tried), always).explanation.explored).toBe(false);
    expect(decide(after(20), ask({ kind: 'best-quality' }, candidates), always).explanation.explored).toBe(false);
    const costly = { kind: 'weights', weights: { quality: 1, cost: 0.5, latency: 0 } } as const;
    expect(decide(after(12), ask(costly, candidates), always).explanation.explored).toBe(false);
  });

  it('nothing that can hardly be better is taken to learn', () => {
    const state = learnt(
      { exploration: 0.5 },
      { backend: 'a', quality: 0.9, times: 100 },
      { backend: 'b', quality: 0, times: 100 },
    );
    const { explanation } = decide(state, ask({ kind: 'best-quality' }, [candidate('a'), candidate('b')]), always);
    expect(explanation.explored).toBe(false);
  });
});

const candidates = fc.uniqueArray(
  fc.record<Candidate>({
    backend: fc.constantFrom(...NAMES),
    health: fc.constantFrom(...HEALTHS),
    contextWindow: fc.constantFrom(0, 1_000, 10_000),
    certified: fc.boolean(),
    estimatedCost: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { selector: ({ backend }) => backend, minLength: 1, maxLength: 4 },
);
const policies = fc.oneof(
  fc.constantFrom(...NAMES).map((backend) => ({ kind: 'pin', backend }) as const),
  fc.constantFrom(
    { kind: 'cheapest-certified' } as const,
    { kind: 'best-quality' } as const,
    { kind: 'balanced' } as const,
  ),
);
const requests = fc.record<RoutingRequest>({
  policy: policies,
  taskClass: fc.constantFrom('', 'x', 'y'),
  candidates,
  contextTokens: fc.constantFrom(0, 5_000),
  certifiedOnly: fc.boolean(),
});
const states = fc
  .record({
    seed: fc.integer(),
    outcomes: fc.integer({ min: 0, max: 60 }),
    budget: fc.option(fc.constantFrom(0.1, 0.5)),
  })
  .map(({ seed, outcomes, budget }): RoutingState => {
    const random = seededNumbers(seed);
    let state = startRouting({ exploration: 0.3, ...(budget !== null && { budget: { perTask: budget } }) });
    for (let i = 0; i < outcomes; i += 1) {
      const backend = NAMES[Math.floor(random() * 4)] ?? 'a';
      const taskClass = random() < 0.5 ? 'x' : 'y';
      state = learn(state, { backend, taskClass, quality: random(), cost: random(), latencyMs: 1_000 * random() });
    }
    return state;
  });

function decided(state: RoutingState, request: RoutingRequest, random: number) {
  try {
    return decide(state, request, () => random);
  } catch (error) {
    return { refused: String(error) };
  }
}

describe('any decision', () => {
  const drawn = fc.double({ min: 0, max: 0.999, noNaN: true });

  it('is taken again from the record: the state as JSON, the request, and the number that was drawn', () => {
    fc.assert(
      fc.property(states, requests, drawn, (state, request, random) => {
        const first = decided(state, request, random);
        const stored = JSON.parse(JSON.stringify({ state, request })) as {
          state: RoutingState;
          request: RoutingRequest;
        };
        expect(decided(stored.state, stored.request, random)).toEqual(first);
        const turned = { ...request, candidates: request.candidates.toReversed() };
        if (!('refused' in first)) expect(decided(state, turned, random)).toMatchObject({ backend: first.backend });
      }),
    );
  });

  it('takes a candidate that nothing rules out, and is refused only where each is ruled out', () => {
    fc.assert(
      fc.property(states, requests, drawn, (state, request, random) => {
        const told = decided(state, request, random);
        if ('refused' in told) {
          expect(told.refused).toContain('No backend suits the task');
          for (const { backend } of request.candidates) expect(told.refused).toContain(`${backend}: `);
          return;
        }
        const { candidates, explored } = told.explanation;
        expect(candidates).toHaveLength(request.candidates.length);
        expect(candidates.find(({ backend }) => backend === told.backend)?.ruledOut).toEqual([]);
        if (!explored) expect(candidates[0]?.backend).toBe(told.backend);
      }),
    );
  });
});

describe('what cannot be decided is refused with what is wrong', () => {
  it('no candidate, or none that suits; to be tried again where only health is in the way', () => {
    expect(() => decide(known, ask({ kind: 'balanced' }, []), never)).toThrow(/there are no candidates/);
    const failing = ask({ kind: 'balanced' }, [candidate('a', { health: 'failing' })]);
    expect(() => decide(known, failing, never)).toThrow(
      expect.objectContaining({ code: 'routing.none_suitable', retryable: true }),
    );
    expect(() => decide(known, ask({ kind: 'cheapest-certified' }, [candidate('a')]), never)).toThrow(
      expect.objectContaining({ retryable: false, message: expect.stringContaining('a: no certificate in force') }),
    );
  });

  it('a backend twice, weights that weigh nothing, a policy that is none, a state of another version', () => {
    const twice = ask({ kind: 'balanced' }, [candidate('a'), candidate('a')]);
    expect(() => decide(known, twice, never)).toThrow(/twice/);
    for (const weights of [
      { quality: 0, cost: 0, latency: 0 },
      { quality: -1, cost: 1, latency: 0 },
      { quality: NaN, cost: 1, latency: 0 },
    ])
      expect(() => decide(known, ask({ kind: 'weights', weights }), never)).toThrow(/weigh nothing/);
    const stored = JSON.parse(JSON.stringify({ state: known, policy: { kind: 'luck' } }));
    expect(() => decide(known, ask(stored.policy), never)).toThrow(/no routing policy "luck"/);
    expect(() => decide({ ...stored.state, version: 99 }, ask({ kind: 'balanced' }), never)).toThrow(/version 99/);
  });
});
