import { describe, expect, it } from '@jest/globals';
import { create, ToolResultSchema } from '@switchyard/contracts';
import { RunningCalls } from './running-calls.js';

const never = new Promise<never>(() => undefined);

describe('running calls', () => {
  it('a cancel aborts the calls of its run and of no other', () => {
    const running = new RunningCalls();
    const [mine, other] = [running.begin('run_1'), running.begin('run_2')];
    expect(running.cancel('run_1')).toBe(1);
    expect(mine.signal.reason).toMatchObject({ code: 'run.cancelled' });
    expect(other.signal.aborted).toBe(false);
  });

  it('a call that comes after the cancel is aborted at once, for a while', () => {
    let now = 0;
    const running = new RunningCalls(() => now);
    running.cancel('run_1');
    expect(running.begin('run_1').signal.aborted).toBe(true);
    now = 10 * 60_000;
    expect(running.begin('run_1').signal.aborted).toBe(false);
  });

  it('does not abort what has ended', () => {
    const running = new RunningCalls();
    const controller = running.begin('run_1');
    running.end('run_1', controller);
    expect(running.cancel('run_1')).toBe(0);
    expect(controller.signal.aborted).toBe(false);
  });

  it('keeps a call findable until it is settled, and no longer', async () => {
    const running = new RunningCalls();
    const result = Promise.resolve(create(ToolResultSchema, { callId: 'a' }));
    running.add('a', { tenant: 't', argumentsHash: 'h', result });
    running.add('b', { tenant: 't', argumentsHash: 'h', result: never });
    expect(running.find('a')).toBeDefined();
    await result;
    await Promise.resolve();
    expect(running.find('a')).toBeUndefined();
    expect(running.find('b')).toBeDefined();
  });
});
