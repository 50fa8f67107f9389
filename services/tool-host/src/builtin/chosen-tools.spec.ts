import { describe, expect, it } from '@jest/globals';
import type { BuiltinTool } from './builtin-tool.js';
import { calculator } from './calculator/calculator.js';
import { chosenTools } from './chosen-tools.js';
import { createClock } from './clock/clock.js';
import { textDiff } from './diff/text-diff.js';

describe('the built-in tools of a host', () => {
  const tools: BuiltinTool[] = [calculator, createClock(), textDiff];
  const chosen = (...names: string[]) => chosenTools(tools, names).map(({ name }) => name);

  it('are all, some, or none, as the operator says', () => {
    expect(chosen()).toEqual(['calculator', 'clock', 'text_diff']);
    expect(chosen('time.*', 'calculator')).toEqual(['calculator', 'clock']);
    expect(chosen('none')).toEqual([]);
  });

  it.each([
    ['calculater', /Did you mean "calculator"/],
    ['sql.*', /no such tool/],
    ['*', /no such tool/],
  ])('are none by the name %s', (name, why) => {
    expect(() => chosen('clock', name)).toThrow(
      expect.objectContaining({ code: 'tool_host.unknown_builtin', message: expect.stringMatching(why) }),
    );
  });
});
