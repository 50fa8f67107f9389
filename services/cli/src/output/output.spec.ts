import { describe, expect, it } from '@jest/globals';
import { ago, asText, cost, duration, oneLine } from './format.js';
import { bar } from './progress.js';
import { harmless, jsonText, printable } from './style.js';
import { table } from './table.js';

describe('output', () => {
  it('gives durations and money in words that fit their size', () => {
    expect([3.14, 420, 1_250, 200_000, undefined].map(duration)).toEqual([
      '3.1 ms',
      '420 ms',
      '1.25 s',
      '3 min 20 s',
      '–',
    ]);
    expect([0, 0.0000123, 1.5].map(cost)).toEqual(['$0', '$0.000012', '$1.5000']);
    expect(ago('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:10Z'))).toBe('5 min');
  });

  it('aligns columns', () => {
    expect(
      table(
        ['A', 'LONG'],
        [
          ['wide cell', 'x'],
          ['y', 'z'],
        ],
      )
        .split('\n')
        .slice(1),
    ).toEqual(['wide cell  x', 'y          z']);
  });

  it('keeps the terminal safe from what a model says', () => {
    expect(harmless('a\u001b[31mb\u0007\r\n\tc')).toBe('a[31mb\n\tc');
  });

  it('keeps the terminal safe also where a command forgot to, and keeps its own colours', () => {
    expect(printable('\u001b[1mbold\u001b[22m\u001b]0;title\u0007\u001b[2J\u009b2Jx\r\n')).toBe(
      '\u001b[1mbold\u001b[22m]0;title[2J2Jx\n',
    );
    const value = { text: '\u001b[31m\u009b2J\u007f' };
    expect(jsonText(value)).toBe('{"text":"\\u001b[31m\\u009b2J\\u007f"}');
    expect(JSON.parse(jsonText(value, 2))).toEqual(value);
  });

  it('shortens to one line and shows values', () => {
    expect(oneLine('a\n  b', 10)).toBe('a b');
    expect(oneLine('abcdef', 4)).toBe('abc…');
    expect(asText({ a: 1 })).toBe('{\n  "a": 1\n}');
  });

  it('draws progress', () => {
    expect(bar(5, 10, 10)).toBe('[#####-----] 5/10');
    expect(bar(0, 0, 4)).toBe('[####] 0/0');
  });
});
