import { describe, expect, it } from '@jest/globals';
import { BackendSchema, create, SwitchyardError, timestampFromMs, type Backend } from '@switchyard/contracts';
import fc from 'fast-check';
import { chooseBackend, RETRY_FAILING_AFTER_MS, type Choice } from './choose-backend.js';

const NOW = 1_800_000_000_000;

interface Sketch {
  name: string;
  tools?: boolean;
  vision?: boolean;
  context?: number;
  input?: number | undefined;
  output?: number;
  simulated?: boolean;
  status?: string;
  checkedMsAgo?: number;
}

function backend(sketch: Sketch): Backend {
  const { name, tools = true, vision = false, context = 32_768, input, output, simulated = false } = sketch;
  return create(BackendSchema, {
    name,
    baseUrl: 'http://127.0.0.1:1/v1',
    api: 'openai-chat',
    model: 'm',
    simulated,
    profile: {
      contextWindow: context,
      capabilities: { tools, vision },
      prices: input === undefined ? null : { input, output: output ?? input },
    },
    health: { status: sketch.status ?? 'unknown', checkedAt: timestampFromMs(NOW - (sketch.checkedMsAgo ?? 0)) },
  });
}

function choose(choice: Partial<Choice> & { candidates: readonly Backend[] }) {
  return chooseBackend({ nowMs: NOW, ...choice });
}

function failure(choice: Partial<Choice> & { candidates: readonly Backend[] }): SwitchyardError {
  try {
    choose(choice);
  } catch (error) {
    if (error instanceof SwitchyardError) return error;
    throw error;
  }
  throw new Error('a backend was chosen');
}

const sketches = fc.uniqueArray(
  fc.record({
    name: fc.stringMatching(/^[a-z]{1,5}$/),
    tools: fc.boolean(),
    vision: fc.boolean(),
    context: fc.constantFrom(4_096, 32_768, 200_000),
    input: fc.option(fc.constantFrom(0.1, 1, 10), { nil: undefined }),
    simulated: fc.boolean(),
    status: fc.constantFrom('unknown', 'healthy', 'failing'),
    checkedMsAgo: fc.constantFrom(0, RETRY_FAILING_AFTER_MS),
  }),
  { selector: ({ name }) => name, maxLength: 6 },
);
const requirements = fc.record({
  capabilities: fc.subarray(['tools', 'vision']),
  minContext: fc.constantFrom(0, 10_000, 100_000),
  maxInputPrice: fc.constantFrom(0, 1),
});

describe('the choice of a backend', () => {
  it('never takes one that lacks what the agent needs, and finds one wherever one suits', () => {
    fc.assert(
      fc.property(sketches, requirements, (given, requirement) => {
        const suits = (sketch: Sketch) =>
          requirement.capabilities.every((name) => (name === 'tools' ? sketch.tools : sketch.vision)) &&
          (sketch.context ?? 0) >= requirement.minContext &&
          (requirement.maxInputPrice === 0 || (sketch.input ?? 0) <= requirement.maxInputPrice) &&
          !(sketch.status === 'failing' && sketch.checkedMsAgo !== RETRY_FAILING_AFTER_MS);
        const suitable = given.filter(suits).map(({ name }) => name);
        const candidates = given.map(backend);
        if (suitable.length === 0) {
          const error = failure({ requirement, candidates });
          expect(error.code).toBe('backend.none_suitable');
          const named = (error.details['candidates'] as { backend: string; reasons: string[] }[]).filter(
            ({ reasons }) => reasons.length > 0,
          );
          expect(named.map((candidate) => candidate.backend)).toEqual(given.map(({ name }) => name));
        } else {
          expect(suitable).toContain(choose({ requirement, candidates }).backend.name);
        }
      }),
    );
  });

  it('does not depend on the order of the candidates', () => {
    fc.assert(
      fc.property(sketches, (given) => {
        fc.pre(given.some(({ status }) => status !== 'failing'));
        const forth = choose({ candidates: given.map(backend) });
        const back = choose({ candidates: [...given].reverse().map(backend) });
        expect(back.backend.name).toBe(forth.backend.name);
        expect(back.reason).toBe(forth.reason);
      }),
    );
  });

  it('takes no simulated backend and no dearer one while a real, cheaper one in order suits', () => {
    fc.assert(
      fc.property(sketches, (given) => {
        const fit = given.filter(({ status }) => status !== 'failing');
        fc.pre(fit.length > 0);
        const { backend: chosen } = choose({ candidates: given.map(backend) });
        const real = fit.filter(({ simulated }) => !simulated);
        expect(chosen.simulated).toBe(real.length === 0);
        const price = Math.min(...(real.length > 0 ? real : fit).map(({ input }) => input ?? 0));
        expect(given.find(({ name }) => name === chosen.name)?.input ?? 0).toBe(price);
      }),
    );
  });

  it('goes to a failing backend again after a while, and last', () => {
    const recovering = backend({ name: 'a', status: 'failing', checkedMsAgo: RETRY_FAILING_AFTER_MS });
    expect(choose({ candidates: [recovering] }).reason).toMatch(/tried again/);
    expect(choose({ candidates: [recovering, backend({ name: 'z', simulated: true })] }).backend.name).toBe('z');
  });

  it('goes to a backend whose circuit is open where nothing else suits, and to a half open one before that', () => {
    const withCircuit = (name: string, openForMs: number): Backend => {
      const made = backend({ name, status: 'failing' });
      if (made.health) made.health.openUntil = timestampFromMs(NOW + openForMs);
      return made;
    };
    const [open, halfOpen] = [withCircuit('a', 1), withCircuit('b', 0)];
    expect(choose({ candidates: [open] })).toMatchObject({
      backend: { name: 'a' },
      reason: expect.stringMatching(/waits/),
    });
    expect(choose({ candidates: [open, halfOpen] }).backend.name).toBe('b');
    expect(choose({ candidates: [open, halfOpen, backend({ name: 'z', simulated: true })] }).backend.name).toBe('z');
  });

  it('says of a refusal that only health stands in the way that it may be tried again', () => {
    const failing = backend({ name: 'a', status: 'failing' });
    expect(failure({ candidates: [failing] })).toMatchObject({
      retryable: true,
      message: expect.stringMatching(/a: health: failing/),
    });
    expect(failure({ candidates: [failing], requirement: { minContext: 100_000 } }).retryable).toBe(false);
    expect(failure({ candidates: [] })).toMatchObject({
      retryable: false,
      message: expect.stringMatching(/no backend is known/),
    });
  });

  it('says for each candidate why not', () => {
    const candidates = [
      backend({ name: 'small', context: 8_000 }),
      backend({ name: 'dear', input: 9 }),
      backend({ name: 'mute', tools: false }),
    ];
    const { message } = failure({ candidates, usesTools: true, requirement: { minContext: 10_000, maxInputPrice: 2 } });
    expect(message).toMatch(/small: context: 8000 tokens, 10000 needed/);
    expect(message).toMatch(/dear: price: \$9 a million input tokens, at most \$2 allowed/);
    expect(message).toMatch(/mute: capability: no tools/);
  });
});

describe('a pinned backend', () => {
  const candidates = [backend({ name: 'good' }), backend({ name: 'bad', status: 'failing' })];

  it('is taken even when it is failing', () => {
    expect(choose({ candidates, requirement: { backend: 'bad' } })).toMatchObject({
      backend: { name: 'bad' },
      reason: expect.stringMatching(/named by the agent; it is failing/),
    });
  });

  it('of the task stands for the one of the agent', () => {
    expect(choose({ candidates, requirement: { backend: 'bad' }, override: 'good' })).toMatchObject({
      backend: { name: 'good' },
      reason: 'named by the task',
    });
  });

  it('that nobody knows is an error with the nearest name', () => {
    expect(failure({ candidates, override: 'goood' })).toMatchObject({
      code: 'backend.not_found',
      retryable: false,
      message: expect.stringMatching(/Did you mean "good"\? Known: bad, good/),
    });
  });

  it('must still have what the agent needs', () => {
    expect(failure({ candidates, override: 'good', requirement: { capabilities: ['vision'] } })).toMatchObject({
      code: 'backend.none_suitable',
      message: expect.stringMatching(/good: capability: no vision/),
    });
  });
});
