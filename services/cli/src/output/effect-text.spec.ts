import { describe, expect, it } from '@jest/globals';
import { create, EffectSchema, timestampFromDate } from '@switchyard/contracts';
import { effectText } from './effect-text.js';

const at = new Date('2026-11-26T12:00:00Z');
const call = {
  callId: 'call_1',
  tool: 'send\u001b[2J',
  effect: 'irreversible',
  runId: 'run_1',
  attempt: 1,
  startedAt: timestampFromDate(at),
};

describe('a call of the ledger as text', () => {
  it('in doubt says what happened and what each choice means, and drives no terminal', () => {
    const text = effectText(create(EffectSchema, { ...call, status: 'unknown' }), at.getTime() + 60_000);
    expect(text).toContain('Nobody knows whether "send[2J" took effect.');
    expect(text).toContain('begun 1 min ago, for the run run_1');
    for (const choice of ['settle', 'retry', 'fail']) expect(text).toContain(`switchyard effects ${choice} call_1`);
    expect(text).not.toContain('\u001b[2J');
  });

  it('that was decided says by whom, and offers nothing more', () => {
    const decisions = [{ decision: 'fail', by: 'user:ada', reason: 'it is closed', time: timestampFromDate(at) }];
    const result = { status: 'error', error: { code: 'tool.failed_by_decision', message: 'It failed.' } };
    const text = effectText(create(EffectSchema, { ...call, status: 'settled', result, decisions }), at.getTime());
    expect(text).toContain('user:ada decided: fail, 0 s ago, because it is closed');
    expect(text).toContain('It failed. [tool.failed_by_decision]');
    expect(text).not.toContain('switchyard effects');
  });
});
