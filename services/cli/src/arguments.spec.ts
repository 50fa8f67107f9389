import { describe, expect, it } from '@jest/globals';
import { InvalidArgumentError } from 'commander';
import { moment, share } from './arguments.js';

describe('a moment on the command line', () => {
  it.each([
    ['2026-11-01', '2026-11-01T00:00:00.000Z'],
    ['2026-11-01T12:30', '2026-11-01T12:30:00.000Z'],
    ['2026-11-01T12:30:15.5Z', '2026-11-01T12:30:15.500Z'],
    ['2026-11-01T12:30:15+02:00', '2026-11-01T10:30:15.000Z'],
  ])('is the same everywhere: %s', (text, iso) => {
    expect(moment(text).toISOString()).toBe(iso);
  });

  it.each(['', 'yesterday', '2026', '2026-13-01', '01.11.2026', '2026-11-01T25:00', '1767225600'])(
    'is refused where it is none: %s',
    (text) => {
      expect(() => moment(text)).toThrow(InvalidArgumentError);
    },
  );
});

describe('a share on the command line', () => {
  it.each([
    ['0', 0],
    ['0.25', 0.25],
    ['1.0', 1],
  ])('is read: %s', (text, value) => {
    expect(share(text)).toBe(value);
  });

  it.each(['', '-0.1', '1.01', '2', '80%', '.5', 'NaN', '1e-3'])('is refused where it is none: %s', (text) => {
    expect(() => share(text)).toThrow(InvalidArgumentError);
  });
});
