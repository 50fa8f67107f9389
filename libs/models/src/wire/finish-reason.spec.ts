import { describe, expect, it } from '@jest/globals';
import { finishReasonOf } from './finish-reason.js';

describe('a finish reason', () => {
  it.each([
    ['stop', 'stop'],
    ['STOP', 'stop'],
    ['COMPLETE', 'stop'],
    ['completed', 'stop'],
    ['tool_use', 'tool_calls'],
    ['TOOL_CALL', 'tool_calls'],
    ['MAX_TOKENS', 'length'],
    ['guardrail_intervened', 'refused'],
    ['pause_turn', 'paused'],
  ])('%s is %s', (raw, reason) => {
    expect(finishReasonOf(raw)).toBe(reason);
  });

  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'MALFORMED_FUNCTION_CALL', ''])(
    '%j is a word that nobody knows',
    (raw) => {
      expect(finishReasonOf(raw)).toBe('other');
    },
  );
});
