import { describe, expect, it } from '@jest/globals';
import { effectOf } from './tool-effect.js';

describe('effect class of an MCP tool', () => {
  it.each([
    ['irreversible', undefined, {}],
    ['irreversible', { destructiveHint: false }, {}],
    ['pure', { readOnlyHint: true }, {}],
    ['idempotent', { idempotentHint: true }, {}],
    ['pure', { readOnlyHint: true, idempotentHint: true }, {}],
    ['irreversible', { readOnlyHint: true }, { send: 'irreversible' }],
    ['idempotent', undefined, { '*': 'idempotent' }],
    ['pure', undefined, { '*': 'idempotent', send: 'pure' }],
    ['irreversible', undefined, { send: 'harmless' }],
  ] as const)('is %s for %j with overrides %j', (effect, annotations, overrides) => {
    expect(effectOf({ name: 'send', ...(annotations ? { annotations } : {}) }, overrides)).toBe(effect);
  });
});
