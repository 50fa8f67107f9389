import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextAct, type SwapFacts } from './next-act.js';
import { factsOf, planned, swapOf } from './swap.fixture.js';
import type { SwapStatus } from './swap.js';

const evaluating = (parts: Partial<SwapFacts> = {}, plan = {}) => {
  const swap = swapOf({ status: 'evaluating', evaluations: [planned('baseline'), planned('candidate')] });
  return nextAct({ ...swap, plan: { ...swap.plan, ...plan } }, factsOf(parts));
};
const standing = (statuses: Record<string, string>, costUsd = 1) =>
  new Map(Object.entries(statuses).map(([id, status]) => [id, { status, stoppedBecause: '', costUsd }]));
const both = (started: boolean) => [planned('baseline', started), planned('candidate', started)];

describe('what comes next for a swap', () => {
  it('is each step after the one before, to its end', () => {
    const order: [Partial<Parameters<typeof swapOf>[0]>, Partial<SwapFacts>, string][] = [
      [{ status: 'proposed' }, {}, 'stage'],
      [{ status: 'evaluating', evaluations: both(false) }, {}, 'evaluate'],
      [
        { status: 'evaluating', evaluations: both(true) },
        { evaluations: standing({ baseline: 'running', candidate: 'completed' }) },
        'wait',
      ],
      [
        { status: 'evaluating', evaluations: both(true) },
        { evaluations: standing({ baseline: 'completed', candidate: 'completed' }) },
        'evaluated',
      ],
      [{ status: 'comparing' }, {}, 'compare'],
      [{ status: 'comparing', verdict: 'PASS' }, {}, 'certify'],
      [{ status: 'certified', certificate: 'cert_1' }, {}, 'canary'],
      [{ status: 'canary' }, {}, 'roll_out'],
      [{ status: 'watching' }, { rollout: { status: 'running', reason: '' } }, 'wait'],
      [{ status: 'watching' }, { rollout: { status: 'promoted', reason: 'Enough.' } }, 'end'],
    ];
    expect(order.map(([swap, facts]) => nextAct(swapOf(swap), factsOf(facts)).do)).toEqual(
      order.map(([, , act]) => act),
    );
  });

  it('is refused or left open by the verdict, with its reason', () => {
    const end = (verdict: string) => nextAct(swapOf({ status: 'comparing', verdict, reason: 'Because.' }), factsOf());
    expect(end('FAIL')).toEqual({ do: 'end', status: 'refused', reason: 'Because.' });
    expect(end('INCONCLUSIVE')).toEqual({ do: 'end', status: 'inconclusive', reason: 'Because.' });
  });

  it('runs evaluations one after the other where money is limited, each held to what is left', () => {
    const first = evaluating({}, { maxCostUsd: 3 });
    expect(first).toMatchObject({ do: 'evaluate', evaluations: [{ planned: { id: 'baseline' }, maxCostUsd: 3 }] });
    const swap = swapOf({ status: 'evaluating', evaluations: [planned('baseline', true), planned('candidate')] });
    const limited = { ...swap, plan: { ...swap.plan, maxCostUsd: 3 } };
    const next = (status: string, cost: number) =>
      nextAct(limited, factsOf({ evaluations: standing({ baseline: status }, cost) }));
    expect(next('running', 1).do).toBe('wait');
    expect(next('completed', 1)).toMatchObject({ evaluations: [{ planned: { id: 'candidate' }, maxCostUsd: 2 }] });
    expect(next('completed', 3)).toMatchObject({ do: 'end', status: 'inconclusive' });
    expect(next('capped', 3)).toMatchObject({ do: 'end', status: 'inconclusive' });
    expect(next('cancelled', 1)).toMatchObject({ do: 'end', status: 'stopped' });
  });

  it('waits for a person where one is to approve', () => {
    const swap = swapOf({ status: 'certified' });
    const asked = { ...swap, plan: { ...swap.plan, approve: true } };
    expect(nextAct(asked, factsOf()).do).toBe('wait');
    expect(nextAct({ ...asked, approvedBy: 'user:ann' }, factsOf()).do).toBe('canary');
  });

  it('ends the rollout first where there is one, and nothing else twice', () => {
    const stopped = swapOf({ status: 'watching', stopBy: 'user:ann' });
    expect(nextAct(stopped, factsOf({ rollout: { status: 'running', reason: '' } }))).toMatchObject({
      do: 'end_rollout',
      status: 'stopped',
    });
    const ended = factsOf({ rollout: { status: 'rolled_back', reason: 'Harm.' } });
    expect(nextAct(stopped, ended)).toEqual({ do: 'end', status: 'rolled_back', reason: 'Harm.' });
    const gone = factsOf({ rollout: { status: 'running', reason: '' }, candidateGone: 'Gone.' });
    expect(nextAct(swapOf({ status: 'watching' }), gone)).toMatchObject({ do: 'end_rollout', status: 'rolled_back' });
  });

  it('is to end, in every state, once somebody stopped it, applied another version, or a part is gone', () => {
    const open: SwapStatus[] = ['proposed', 'evaluating', 'comparing', 'certified', 'canary'];
    const endOf = (status: SwapStatus, swap: object, facts: Partial<SwapFacts>) => {
      const act = nextAct(swapOf({ status, ...swap }), factsOf(facts));
      return act.do === 'end' ? act.status : act.do;
    };
    for (const status of open) {
      expect(endOf(status, { stopBy: 'user:ann' }, {})).toBe('stopped');
      expect(endOf(status, {}, { current: { version: 'sha256:other', number: 7 } })).toBe('stopped');
      expect(endOf(status, {}, { candidateGone: 'Gone.' })).toBe('refused');
      expect(endOf(status, {}, { baselineGone: 'Gone.' })).toBe('inconclusive');
      expect(endOf(status, {}, { certificateEnded: 'drift' })).toBe('stopped');
    }
  });

  it('is nothing once it has ended, whatever the facts', () => {
    const statuses = fc.constantFrom<SwapStatus>(
      'promoted',
      'rolled_back',
      'refused',
      'inconclusive',
      'stopped',
      'certified',
      'watching',
    );
    const facts = fc.record({ candidateGone: fc.string(), baselineGone: fc.string(), certificateEnded: fc.string() });
    fc.assert(
      fc.property(statuses, facts, fc.string(), (status, parts, stopBy) => {
        expect(nextAct(swapOf({ status, stopBy, endedAt: new Date(0) }), factsOf(parts)).do).toBe('wait');
      }),
    );
  });
});
