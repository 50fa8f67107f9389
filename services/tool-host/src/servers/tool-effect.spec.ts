import { describe, expect, it } from '@jest/globals';
import { effectOf } from './tool-effect.js';

describe('effect class of the tool of a server', () => {
  it.each([
    ['irreversible', undefined, {}],
    ['pure', 'pure', {}],
    ['idempotent', 'idempotent', {}],
    ['irreversible', 'pure', { send: 'irreversible' }],
    ['idempotent', undefined, { '*': 'idempotent' }],
    ['pure', undefined, { '*': 'idempotent', send: 'pure' }],
    ['irreversible', undefined, { send: 'harmless' }],
  ] as const)('is %s where its server says %s and the operator %j', (effect, effectHint, overrides) => {
    expect(effectOf({ name: 'send', ...(effectHint ? { effectHint } : {}) }, overrides)).toBe(effect);
  });
});
