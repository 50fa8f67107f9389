import { describe, expect, it } from '@jest/globals';
import {
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
  accepted,
} from './check.fixture.js';
import { check } from './check.js';
import type { Entry } from './entry.js';
import type { EffectSeen } from './witness.js';

const FORKED = BEGAN + 10_000;

/** A fork after the third entry: the one turn with calls, and its result, are taken over. */
const fork = (
  entries: Entry[] = journal([accepted, turn(1), settled(), turn(2), completed(output)], FORKED),
  seq = 3,
) => ({
  fork: { of: 'run_1', seq, at: FORKED, runs: [runSeen(entries, 'completed', 'run_2')] },
});
const effect = (key: string, at: number): EffectSeen => ({ tool: 'irr', key, at });
const effects = (...seen: EffectSeen[]) => ({ effects: new Map([['p.0.0', seen]]) });
const first = effect('call_1', BEGAN + 150);

describe('of a fork, what the verifier finds', () => {
  it('is nothing where it took over what there was', () => {
    expect(check(evidence(fork()))).toEqual([]);
  });

  it('is an effect or a turn before its place that happened again', () => {
    expect(kinds(check(evidence(fork(), effects(first, effect('call_1', FORKED + 50)))))).toContain('duplicated');
    const again = { requests: new Map([['p', [{ turn: 1, at: FORKED + 50 }]]]) };
    expect(kinds(check(evidence(fork(), again)))).toEqual(['duplicated']);
  });

  it('is no turn that the other run still asked for while it was journaled', () => {
    const { fork: made } = fork();
    const soon = { fork: { ...made, at: BEGAN + 600 } };
    const asked = (at: number) => ({ requests: new Map([['p', [{ turn: 1, at }]]]) });
    expect(check(evidence(soon, asked(BEGAN + 1_000)))).toEqual([]);
    expect(kinds(check(evidence(soon, asked(BEGAN + 5_000))))).toContain('duplicated');
  });

  it('is a result that it did not take over', () => {
    const other = journal([accepted, turn(1), settled('call_9'), turn(2), completed(output)], FORKED);
    expect(kinds(check(evidence(fork(other))))).toEqual(['lost']);
  });

  it('is an effect after its place that it did not do by itself, or did twice', () => {
    const anew = journal([accepted, turn(1), settled('call_2'), turn(2), completed(output)], FORKED);
    const asked = {
      requests: new Map([
        [
          'p',
          [
            { turn: 1, at: BEGAN + 50 },
            { turn: 1, at: FORKED + 50 },
          ],
        ],
      ]),
    };
    const own = effect('call_2', FORKED + 150);
    expect(check(evidence(fork(anew, 1), { ...asked, ...effects(first, own) }))).toEqual([]);
    expect(kinds(check(evidence(fork(anew, 1), { ...asked, ...effects(first) })))).toEqual(['lost']);
    expect(kinds(check(evidence(fork(anew, 1), { ...asked, ...effects(first, own, own) })))).toEqual(['duplicated']);
  });

  it('is a fork that never ended', () => {
    const open = { ...fork(whole().slice(0, 3)), ended: false };
    const [seen] = open.fork.runs;
    if (seen) seen.run = { status: 'waiting' };
    expect(kinds(check(evidence(open)))).toEqual(['stuck']);
  });
});
