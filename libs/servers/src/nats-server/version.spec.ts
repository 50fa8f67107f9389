import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isAtLeast, parseVersion } from './version.js';

describe('the version of a nats-server', () => {
  it('is read from what it prints', () => {
    expect(parseVersion('nats-server: v2.15.1\n')).toBe('2.15.1');
    expect(parseVersion('nats-server: 2.14.0-RC.2')).toBe('2.14.0-RC.2');
    expect(parseVersion('bash: nats-server: command not found')).toBeUndefined();
  });

  it('is ordered by its numbers, not as text', () => {
    expect(isAtLeast('2.9.10', '2.12.0')).toBe(false);
    expect(isAtLeast('2.12.0', '2.12.0')).toBe(true);
    expect(isAtLeast('3.0.0', '2.12.0')).toBe(true);
    const version = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(99));
    fc.assert(
      fc.property(version, version, (left, right) => {
        const order = left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
        expect(isAtLeast(left.join('.'), right.join('.'))).toBe(order >= 0);
      }),
    );
  });
});
