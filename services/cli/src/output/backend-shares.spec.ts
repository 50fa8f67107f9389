import { describe, expect, it } from '@jest/globals';
import { create, RunEventSchema } from '@switchyard/contracts';
import { backendShares } from './backend-shares.js';
import { switchText } from './switch-text.js';

const turn = (backend: string, inputTokens: number, outputTokens: number, costUsd: number) =>
  create(RunEventSchema, {
    body: { case: 'modelTurnCompleted', value: { backend, costUsd, usage: { inputTokens, outputTokens } } },
  });

describe('a run that was moved', () => {
  it('is shown with what each backend did, by who answered', () => {
    expect(backendShares([turn('a', 10, 5, 0.25), turn('b', 20, 1, 0), turn('a', 1, 1, 0.25)])).toEqual([
      'a  2 turns, 11 → 6 tokens, $0.5000',
      'b  1 turn, 20 → 1 tokens, $0',
    ]);
  });

  it('says from where to where and why, in one line', () => {
    expect(switchText({ from: 'a', to: 'b', reason: 'model.unavailable: It is\ndown.' })).toBe(
      'switched from a to b: model.unavailable: It is down.',
    );
    expect(switchText({ from: 'a', to: 'b', reason: '' })).toBe('switched from a to b');
  });
});
