import { describe, expect, it } from '@jest/globals';
import { fuse, type Candidate } from './fuse.js';
import { MIN_COSINE, WEIGHTS } from './weights.js';

const OLD = 1e13;
const candidate = (doc: number, more: Partial<Candidate> = {}): Candidate => ({
  doc: String(doc),
  lexical: 0,
  neighbours: [],
  trust: 2,
  ageMs: OLD,
  byNamed: false,
  inTime: false,
  ...more,
});
const order = (candidates: Candidate[], withVectors = true) =>
  fuse(candidates, withVectors).map(({ doc }) => Number(doc));

describe('a fused score', () => {
  it('weighs words against the best of all, and meaning as it is', () => {
    const [first, second] = fuse(
      [candidate(1, { lexical: 4, cosine: 0.5 }), candidate(2, { lexical: 2, cosine: 0.9 })],
      true,
    );
    expect(first).toMatchObject({ doc: '2' });
    expect(first?.score).toBeCloseTo(WEIGHTS.lexical / 2 + WEIGHTS.vector * 0.9, 9);
    expect(second?.score).toBeCloseTo(WEIGHTS.lexical + WEIGHTS.vector * 0.5, 9);
  });

  it('is that of the words alone where the query has no vector', () => {
    expect(fuse([candidate(1, { lexical: 4, cosine: 0.1 }), candidate(2, { lexical: 2 })], false)).toMatchObject([
      { doc: '1', score: 1 },
      { doc: '2', score: 0.5 },
    ]);
  });

  it('puts what was said a moment ago, and has no vector yet, before what is only like it', () => {
    const older = Array.from({ length: 20 }, (_, n) => candidate(n + 2, { lexical: 1, cosine: 0.9 }));
    expect(order([...older, candidate(1, { lexical: 6 })])[0]).toBe(1);
    expect(order([...older, candidate(1, { lexical: 0.5 })]).at(-1)).toBe(1);
    expect(order([candidate(1), candidate(2, { cosine: 0.9 })])).toEqual([2]);
  });

  it('lifts a turn between two that answer', () => {
    const turns = [
      candidate(1, { lexical: 4, neighbours: ['2'] }),
      candidate(2, { neighbours: ['1', '3'] }),
      candidate(3, { lexical: 4, neighbours: ['2'] }),
      candidate(4, { lexical: 1 }),
    ];
    expect(order(turns, false)).toEqual([3, 1, 2, 4]);
  });

  it('puts an answer before the question that it answers, though only the question has the words', () => {
    const turns = [
      candidate(1, { lexical: 4, cosine: 0.6, asks: true, neighbours: ['2'] }),
      candidate(2, { cosine: 0.3, neighbours: ['1'], answers: '1' }),
      candidate(3, { lexical: 4, cosine: 0.5 }),
    ];
    expect(order(turns)).toEqual([2, 3, 1]);
    expect(order(turns.map((turn) => ({ ...turn, answers: undefined, asks: false })))).toEqual([1, 3, 2]);
  });

  it('lifts how things are to be done over what is as near to what is asked for', () => {
    const says = candidate(1, { cosine: 0.4, standing: true });
    expect(order([says, candidate(2, { lexical: 1, cosine: 0.45 }), candidate(3, { cosine: 0.6 })])).toEqual([2, 1, 3]);
    expect(order([candidate(1, { standing: true })])).toEqual([]);
  });

  it('leaves out what only a far vector finds', () => {
    expect(order([candidate(1, { cosine: MIN_COSINE - 0.01 }), candidate(2, { cosine: MIN_COSINE })])).toEqual([2]);
  });

  it('counts the time that is asked for, trust, and freshness', () => {
    expect(order([candidate(1, { lexical: 1 }), candidate(2, { lexical: 1, inTime: true })])).toEqual([2, 1]);
    expect(order([candidate(2, { lexical: 1, trust: 1 }), candidate(1, { lexical: 1 })])).toEqual([1, 2]);
    expect(order([candidate(2, { lexical: 1 }), candidate(1, { lexical: 1, ageMs: 0 })])).toEqual([1, 2]);
    expect(order([candidate(1, { inTime: true })])).toEqual([]);
  });

  it('of nothing is nothing', () => {
    expect(fuse([], true)).toEqual([]);
  });
});
