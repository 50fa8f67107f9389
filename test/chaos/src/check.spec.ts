import { describe, expect, it } from '@jest/globals';
import {
  accepted,
  BEGAN,
  completed,
  evidence,
  journal,
  kinds,
  output,
  runSeen,
  settled,
  turn,
  whole,
} from './check.fixture.js';
import { check } from './check.js';
import type { Entry } from './entry.js';
import type { Outcome } from './outcome.js';
import { outputOf } from './program.js';

const withRun = (entries: Entry[], status = 'completed'): Partial<Outcome> => ({ runs: [runSeen(entries, status)] });

describe('what the verifier finds', () => {
  it('is nothing where all went well', () => {
    expect(check(evidence())).toEqual([]);
  });

  it('is a run that never ended', () => {
    const outcome = { ...withRun(whole().slice(0, 3), 'running'), ended: false };
    expect(check(evidence(outcome))).toMatchObject([
      { kind: 'stuck', text: expect.stringMatching(/^run_1 is running.*entry 3, ToolCallSettled/) },
    ]);
  });

  it('is an irreversible effect that happened twice, and an attempt under another key', () => {
    const seen = (...keys: string[]) =>
      new Map([['p.0.0', keys.map((key) => ({ tool: 'irr' as const, key, at: BEGAN }))]]);
    expect(kinds(check(evidence({}, { effects: seen('call_1', 'call_1') })))).toEqual(['duplicated']);
    expect(kinds(check(evidence({}, { effects: seen('call_1', 'call_2') })))).toEqual(['duplicated']);
    expect(kinds(check(evidence({}, { effects: seen('', 'call_1') })))).toEqual(['duplicated']);
    const withoutKeys = { effects: seen('', 'call_1'), withoutKeys: true };
    expect(check(evidence({}, withoutKeys))).toMatchObject([{ text: 'irr p.0.0 happened 2 times' }]);
  });

  it('is an effect that never happened although its run is complete', () => {
    expect(kinds(check(evidence({}, { effects: new Map() })))).toEqual(['lost']);
    expect(check(evidence({}, { effects: new Map(), refused: new Set(['p.0.0']) }))).toEqual([]);
  });

  it('is an entry that is missing, a call that is settled twice, a turn that stands twice, and what follows an end', () => {
    const [start, first, result, second, end] = whole();
    if (!start || !first || !result || !second || !end) throw new Error('a journal of five entries');
    expect(kinds(check(evidence(withRun([start, first, second, end]))))).toContain('lost');
    const again = journal([accepted, turn(1), settled(), settled(), turn(1), completed(output)]);
    expect(kinds(check(evidence(withRun(again))))).toEqual(['duplicated', 'duplicated']);
    const after = journal([accepted, turn(1), completed(output), settled()]);
    expect(kinds(check(evidence(withRun(after))))).toContain('wrong');
  });

  it('is a turn that was asked for again after it was journaled, but for a process that was frozen meanwhile', () => {
    const requests = new Map([['p', [{ turn: 1, at: BEGAN + 9_000 }]]]);
    expect(kinds(check(evidence({}, { requests })))).toEqual(['duplicated']);
    expect(check(evidence({}, { requests, thaws: [BEGAN + 8_000] }))).toEqual([]);
  });

  it('is an output that says something else than what happened', () => {
    const lying = outputOf('p', [{ step: 'p.0.0', result: 'tool.failed' }], []);
    const events = whole(lying);
    expect(kinds(check(evidence(withRun(events))))).toEqual(['wrong']);
  });

  it('is what was said and not heard, or heard and not said', () => {
    expect(kinds(check(evidence({ said: 'hello' })))).toEqual(['lost']);
    const heard = outputOf('p', [{ step: 'p.0.0', result: 'irr p.0.0' }], ['hello']);
    const events = whole(heard);
    expect(kinds(check(evidence(withRun(events))))).toEqual(['duplicated']);
    expect(check(evidence({ ...withRun(events), said: 'hello' }))).toEqual([]);
  });

  it('is an effect after the end of a run that was cancelled, and a cancel that nobody asked for', () => {
    const cancelled = withRun(journal([accepted, turn(1), { case: 'runCancelled', value: {} }]), 'cancelled');
    const effects = new Map([['p.0.0', [{ tool: 'irr' as const, key: 'call_1', at: BEGAN + 20_000 }]]]);
    expect(kinds(check(evidence({ ...cancelled, cancelledAt: BEGAN + 200 }, { effects })))).toEqual(['wrong']);
    expect(kinds(check(evidence(cancelled)))).toEqual(['wrong']);
  });

  it('is a stream that was given to its reader wrongly', () => {
    expect(kinds(check(evidence({ streamFaults: ['RunCompleted 5 came after 3'] })))).toEqual(['wrong']);
  });
});
