import { describe, expect, it } from '@jest/globals';
import { effectHint } from './effect-hint.js';

describe('what an MCP server says of the effect of a tool', () => {
  it.each([
    [undefined, undefined],
    [undefined, { destructiveHint: false }],
    ['pure', { readOnlyHint: true }],
    ['idempotent', { idempotentHint: true }],
    ['pure', { readOnlyHint: true, idempotentHint: true }],
  ] as const)('is %s for %j', (effect, annotations) => {
    expect(effectHint(annotations ? { annotations } : {})).toBe(effect);
  });
});
