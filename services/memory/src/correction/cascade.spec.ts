import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cascade, type Node } from './cascade.js';

const node = (id: string, evidence: string[] = [], more: Partial<Node> = {}): Node => ({
  id,
  evidence,
  asserted: evidence.length === 0,
  needsAll: false,
  stands: true,
  ...more,
});
const all = () => true;

describe('what goes when something is withdrawn', () => {
  it('is what rests on it alone, by any path, and not what other evidence says', () => {
    const nodes = [node('e'), node('a', ['e']), node('b', ['a']), node('c', ['a', 'other'])];
    expect(cascade(['e'], nodes, all)).toEqual({ gone: ['e', 'a', 'b'], kept: ['c'] });
    expect(cascade(['e'], nodes, () => false)).toEqual({ gone: ['e', 'a', 'b', 'c'], kept: [] });
  });

  it('is every summary that holds its words', () => {
    const nodes = [node('e'), node('s', ['e', 'other'], { needsAll: true })];
    expect(cascade(['e'], nodes, all)).toEqual({ gone: ['e', 's'], kept: [] });
  });

  it('is not what somebody said himself', () => {
    expect(cascade(['e'], [node('e'), node('a', ['e'], { asserted: true })], all)).toEqual({
      gone: ['e'],
      kept: ['a'],
    });
  });

  it('is a circle that nothing else holds up', () => {
    const circle = [node('e'), node('a', ['e', 'b']), node('b', ['e', 'a'])];
    expect(cascade(['e'], circle, all)).toEqual({ gone: ['e', 'a', 'b'], kept: [] });
    const held = [node('e'), node('a', ['e', 'b', 'other']), node('b', ['e', 'a'])];
    expect(cascade(['e'], held, all)).toEqual({ gone: ['e'], kept: ['a', 'b'] });
  });

  it('is what only something holds up that is withdrawn already', () => {
    const nodes = [node('e'), node('a', ['e', 'other'], { stands: false }), node('b', ['e', 'a'])];
    expect(cascade(['e'], nodes, all)).toEqual({ gone: ['e', 'b'], kept: ['a'] });
  });

  it('is exactly what cannot be reached from what stands, in any graph', () => {
    const size = 8;
    const index = fc.integer({ min: 0, max: size - 1 });
    const graph = fc.array(fc.record({ evidence: fc.uniqueArray(index, { maxLength: 3 }), said: fc.boolean() }), {
      minLength: size,
      maxLength: size,
    });
    fc.assert(
      fc.property(graph, fc.uniqueArray(index, { minLength: 1, maxLength: 3 }), (made, roots) => {
        const nodes = made.map(({ evidence, said }, id) =>
          node(String(id), evidence.map(String), { asserted: said || evidence.length === 0 }),
        );
        const { gone, kept } = cascade(roots.map(String), nodes, all);
        // The model: walk from what is asserted and not withdrawn along evidence, upwards.
        const reached = new Set<string>();
        const walk = (id: string): void => {
          if (reached.has(id) || roots.includes(Number(id))) return;
          reached.add(id);
          for (const other of nodes) if (other.evidence.includes(id)) walk(other.id);
        };
        for (const { id, asserted } of nodes) if (asserted) walk(id);
        expect([...kept].sort()).toEqual([...reached].sort());
        expect([...gone, ...kept].sort()).toEqual(nodes.map(({ id }) => id).sort());
      }),
    );
  });
});
