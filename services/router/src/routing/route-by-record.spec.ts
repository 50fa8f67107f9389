import { describe, expect, it } from '@jest/globals';
import { BackendSchema, create, RoutingSchema, type MessageInitShape } from '@switchyard/contracts';
import {
  differenceOf,
  drawOf,
  follow,
  startSnapshot,
  type RoutingEntry,
  type RoutingSnapshot,
} from '@switchyard/evidence';
import { routeByRecord, type RoutedChoice } from './route-by-record.js';

const NOW_MS = 1_000_000;

function backend(name: string, more: MessageInitShape<typeof BackendSchema> = {}, profile: object = {}) {
  const of = { capabilities: { tools: true }, contextWindow: 32_000, prices: { input: 1, output: 1 }, ...profile };
  return create(BackendSchema, { name, baseUrl: 'http://x', api: 'openai-chat', model: 'm', profile: of, ...more });
}

function learnt(...entries: RoutingEntry[]): RoutingSnapshot {
  return entries.reduce(follow, startSnapshot());
}

const outcomes = (name: string, quality: number, times = 30): RoutingEntry[] =>
  Array.from({ length: times }, () => ({
    kind: 'outcome',
    outcome: { backend: name, taskClass: 'letters', quality, cost: 0.01 },
  }));

function choice(more: Partial<RoutedChoice> & { policy?: string; certifiedOnly?: boolean } = {}): RoutedChoice {
  const { policy = 'best-quality', certifiedOnly = false, ...rest } = more;
  return {
    ...{
      routing: create(RoutingSchema, { policy, certifiedOnly, explore: 0 }),
      requirement: undefined,
      usesTools: true,
    },
    ...{ candidates: [backend('alpha'), backend('beta')], nowMs: NOW_MS, runId: 'run_1', taskClass: 'letters' },
    ...{ contextTokens: 2_000, snapshot: learnt(...outcomes('alpha', 0.3), ...outcomes('beta', 0.9)), ...rest },
  };
}

describe('the choice by what was learnt', () => {
  it('takes what showed to be better, and keeps why, so that it can be decided again', () => {
    const given = choice();
    const { backend: chosen, reason, routing } = routeByRecord(given);
    expect(chosen.name).toBe('beta');
    expect(reason).toBe('beta scores best of 2 by best-quality, by what 60 runs showed');
    expect(routing).toMatchObject({
      revision: 60,
      policy: 'best-quality',
      task_class: 'letters',
      draw: drawOf('run_1'),
    });
    if (!routing || !given.snapshot) throw new Error('Nothing was decided by what was learnt');
    expect(differenceOf(routing, given.snapshot)).toBeUndefined();
    expect(routeByRecord(given)).toEqual(routeByRecord(choice()));
  });

  it('is not asked where the task or the agent names a backend, or the agent says nothing of it', () => {
    const named = routeByRecord(choice({ override: 'alpha' }));
    expect(named).toMatchObject({ backend: { name: 'alpha' }, reason: 'named by the task' });
    expect(routeByRecord(choice({ requirement: { backend: 'alpha' } })).reason).toBe('named by the agent');
    const unasked = routeByRecord(choice({ routing: undefined }));
    expect(unasked.backend.name).toBe('alpha');
    for (const routed of [named, unasked]) expect(routed.routing).toBeUndefined();
  });

  it('says so where nothing was learnt, and is by health and price then', () => {
    const routed = routeByRecord(choice({ snapshot: undefined }));
    expect(routed.backend.name).toBe('alpha');
    expect(routed.reason).toMatch(/^by health and price, since nothing is known of what was learnt: best of the 2/);
    expect(routed.routing).toBeUndefined();
  });

  it('leaves out what lacks something, what fails and simulators beside real models, with the reason', () => {
    const candidates = [
      backend('beta', { health: { status: 'failing', checkedAt: { seconds: BigInt(NOW_MS / 1_000), nanos: 0 } } }),
      backend('plain', {}, { capabilities: {} }),
      backend('sim', { simulated: true }),
      backend('small', {}, { contextWindow: 1_000 }),
      backend('alpha'),
    ];
    const { backend: chosen, routing } = routeByRecord(choice({ candidates }));
    expect(chosen.name).toBe('alpha');
    const ruledOut = new Map(routing?.candidates.map(({ backend: name, ruled_out }) => [name, ruled_out]));
    expect(ruledOut.get('beta')).toEqual(['health: failing']);
    expect(ruledOut.get('small')).toEqual(['context: 1000 tokens, 2000 needed']);
    expect(routing?.lacking).toEqual([
      { backend: 'plain', lacks: ['capability: no tools'] },
      { backend: 'sim', lacks: ['a simulator, and a real model suits'] },
    ]);
  });

  it('is by health and price where all are ruled out: a run on a long task, or one that waits for a circuit', () => {
    const routed = routeByRecord(choice({ contextTokens: 1_000_000 }));
    expect(routed.reason).toMatch(/^by health and price, since what was learnt rules all out/);
    expect(() => routeByRecord(choice({ candidates: [backend('plain', {}, { capabilities: {} })] }))).toThrow(
      expect.objectContaining({ code: 'backend.none_suitable' }),
    );
  });

  it('takes only certified ones where the agent says so, and none where it is not known which they are', () => {
    const certified = (...backends: string[]) =>
      learnt({ kind: 'certified', backends }, ...outcomes('alpha', 0.3), ...outcomes('beta', 0.9));
    const only = (snapshot: RoutingSnapshot | undefined, policy?: string) =>
      routeByRecord(choice({ snapshot, ...(policy ? { policy } : { certifiedOnly: true }) }));
    expect(only(certified('alpha')).backend.name).toBe('alpha');
    expect(only(certified('alpha'), 'cheapest-certified').backend.name).toBe('alpha');
    expect(() => only(certified())).toThrow(
      expect.objectContaining({ code: 'routing.none_suitable', retryable: false }),
    );
    expect(() => only(undefined)).toThrow(expect.objectContaining({ code: 'routing.unavailable', retryable: true }));
    expect(() => only(undefined, 'cheapest-certified')).toThrow(
      expect.objectContaining({ code: 'routing.unavailable' }),
    );
    const open = { health: { status: 'failing', openUntil: { seconds: BigInt(NOW_MS), nanos: 0 } } };
    const waiting = routeByRecord(
      choice({
        snapshot: certified('alpha'),
        certifiedOnly: true,
        candidates: [backend('alpha', open), backend('beta')],
      }),
    );
    expect(waiting.backend.name).toBe('alpha');
    expect(waiting.reason).toMatch(/among those with a certificate in force/);
  });

  it('weighs as the agent says', () => {
    const routing = create(RoutingSchema, { policy: 'weights', weights: { cost: 1 }, explore: 0 });
    const candidates = [backend('alpha', {}, { prices: { input: 9, output: 9 } }), backend('beta')];
    expect(routeByRecord(choice({ routing, candidates, snapshot: startSnapshot() })).backend.name).toBe('beta');
  });

  it('weighs so many candidates at most, and keeps a record of 2 KiB', () => {
    const candidates = Array.from({ length: 40 }, (_, i) => backend(`backend-${String(i).padStart(2, '0')}`));
    const { routing } = routeByRecord(choice({ candidates, snapshot: startSnapshot() }));
    expect(routing?.candidates).toHaveLength(16);
    expect(Buffer.byteLength(JSON.stringify(routing))).toBeLessThanOrEqual(2_048);
  });
});
