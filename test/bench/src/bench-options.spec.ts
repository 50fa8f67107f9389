import { describe, expect, it } from '@jest/globals';
import { parseBenchOptions, partsOf } from './bench-options.js';

describe('the options of benchmarks', () => {
  it('name what is measured, how much of it, and where data of others are', () => {
    const args = ['memory', '--json', '--quick', '--locomo', 'locomo10.json', '--locomo-audit', 'audit'];
    expect(parseBenchOptions(args)).toMatchObject({
      ...{ benchmark: 'memory', json: true, scale: 0.2, locomo: 'locomo10.json', locomoAudit: 'audit' },
      ...{ only: undefined, large: false, help: false },
    });
    expect(parseBenchOptions([])).toMatchObject({ benchmark: 'foundation', scale: 1, json: false });
  });

  it('name parts of a benchmark, and no others', () => {
    expect(partsOf(['one', 'two', 'three'], 'three, one')).toEqual(['three', 'one']);
    expect(partsOf(['one', 'two'], undefined)).toBeUndefined();
    const message = '--only names "four"; there are one, two.';
    expect(() => partsOf(['one', 'two'], 'one,four')).toThrow(
      expect.objectContaining({ code: 'bench.invalid', message }),
    );
  });

  it.each([
    [['speed'], 'There is no benchmark "speed"; there are foundation, durable,'],
    [['memory', 'evidence'], 'There is no benchmark "memory evidence"'],
    [['memory', '--audit', 'x'], "Unknown option '--audit'. `npm run bench -- --help` lists the options."],
    [['memory', '--locomo'], "Option '--locomo <value>' argument missing."],
    [['--json=yes'], "Option '--json' does not take an argument."],
  ])('that are not understood are refused: %j', (args, message) => {
    expect(() => parseBenchOptions(args)).toThrow(
      expect.objectContaining({ code: 'bench.invalid', message: expect.stringContaining(message) }),
    );
  });
});
