import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { judge, problemsOf, run } from './scorer.fixture.js';
import { toolTrajectory } from './tool-trajectory.js';

const calls = (...tools: string[]) => run({ toolCalls: tools.map((tool) => ({ tool, arguments: {} })) });
const verdict = (mode: string, wanted: string[], made: string[]) =>
  judge(toolTrajectory, { mode, tools: wanted }, calls(...made));

describe('tool_trajectory', () => {
  it.each([
    ['strict', ['a', 'b'], ['a', 'b'], true],
    ['strict', ['a', 'b'], ['b', 'a'], false],
    ['strict', ['a'], ['a', 'a'], false],
    ['strict', [], [], true],
    ['unordered', ['a', 'b'], ['b', 'a'], true],
    ['unordered', ['a', 'b'], ['a'], false],
    ['unordered', ['a'], ['a', 'a'], false],
    ['subset', ['a', 'b'], ['b'], true],
    ['subset', ['a', 'b'], [], true],
    ['subset', ['a', 'b'], ['b', 'c'], false],
    ['superset', ['a'], ['b', 'a'], true],
    ['superset', ['a', 'a'], ['a', 'b'], false],
  ])('%s: expected %j, made %j: %s', (mode, wanted, made, passed) => {
    expect(verdict(mode, wanted, made).passed).toBe(passed);
  });

  it('names the first call that differs, and values the share that did not', () => {
    expect(verdict('strict', ['a', 'b', 'c', 'd'], ['a', 'x', 'c'])).toEqual({
      value: 0.5,
      passed: false,
      reason: 'call 2: expected b, got x({})',
    });
    expect(verdict('unordered', ['a', 'b'], ['b', 'c'])).toEqual({
      value: 1 / 3,
      passed: false,
      reason: 'missing a; unexpected c({})',
    });
  });

  describe('arguments', () => {
    const made = run({ toolCalls: [{ tool: 'add', arguments: { x: 1, y: { z: 2, w: 3 } } }] });
    const passes = (wanted: JsonObject, mode?: string) =>
      judge(toolTrajectory, { tools: [{ tool: 'add', arguments: wanted }], ...(mode ? { arguments: mode } : {}) }, made)
        .passed;

    it('must be equal where some are named, unless they are to be a part or ignored', () => {
      expect(passes({ x: 1, y: { w: 3, z: 2 } })).toBe(true);
      expect(passes({ x: 1 })).toBe(false);
      expect(passes({ y: { z: 2 } }, 'subset')).toBe(true);
      expect(passes({ y: { z: 4 } }, 'subset')).toBe(false);
      expect(passes({ x: 9 }, 'ignore')).toBe(true);
    });

    it('are matched so that as many calls as possible find theirs', () => {
      const two = run({
        toolCalls: [
          { tool: 'add', arguments: { x: 1 } },
          { tool: 'add', arguments: { x: 2 } },
        ],
      });
      const wanted = ['add', { tool: 'add', arguments: { x: 1 } }];
      expect(judge(toolTrajectory, { mode: 'unordered', tools: wanted }, two).passed).toBe(true);
    });
  });

  it('orders its modes as their names say, for any calls', () => {
    const tools = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 6 });
    fc.assert(
      fc.property(tools, tools, (wanted, made) => {
        const passed = (mode: string) => verdict(mode, wanted, made).passed;
        if (passed('strict')) expect(passed('unordered')).toBe(true);
        expect(passed('unordered')).toBe(passed('subset') && passed('superset'));
        expect(passed('unordered')).toBe(JSON.stringify([...wanted].sort()) === JSON.stringify([...made].sort()));
        for (const mode of ['strict', 'unordered', 'subset', 'superset']) {
          const { value, passed: whole } = verdict(mode, wanted, made);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value === 1).toBe(whole);
        }
      }),
    );
  });

  it('refuses modes and calls that are none', () => {
    expect(problemsOf(toolTrajectory, {})).toEqual(['tools: is missing']);
    expect(problemsOf(toolTrajectory, { tools: [], mode: 'loose' })).toEqual([
      'mode: is "loose"; it may be strict, unordered, subset, superset, partial',
    ]);
    expect(problemsOf(toolTrajectory, { tools: [{ name: 'a' }] })).not.toEqual([]);
  });
});
