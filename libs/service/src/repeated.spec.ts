import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { Repeated } from './repeated.js';

const logger = createLogger('test', { level: 'silent' });

describe('what is repeated', () => {
  it('goes on after it failed, one at a time, and stops when what is under way has ended', async () => {
    let [begun, underWay, most] = [0, 0, 0];
    const repeated = new Repeated({
      everyMs: 1,
      failed: 'It failed',
      logger,
      work: async (signal) => {
        begun += 1;
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setTimeout(resolve, 5));
        underWay -= 1;
        if (begun === 1) throw new Error(`not yet ${signal.aborted}`);
      },
    });
    repeated.start();
    expect(begun).toBe(1);
    await waitFor(() => begun >= 3, { describe: 'three times' });
    await repeated.stop();
    const after = begun;
    expect([underWay, most]).toEqual([0, 1]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toBe(after);
  });

  it('is done at once when it is nudged, once more where it was under way, and never after it was stopped', async () => {
    let begun = 0;
    let finish: (() => void) | undefined;
    const repeated = new Repeated({
      everyMs: 3_600_000,
      failed: 'It failed',
      logger,
      work: () => {
        begun += 1;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    repeated.start({ atOnce: false });
    repeated.nudge();
    expect(begun).toBe(1);
    repeated.nudge();
    repeated.nudge();
    finish?.();
    await waitFor(() => begun === 2);
    const stopped = repeated.stop();
    repeated.nudge();
    finish?.();
    await stopped;
    repeated.nudge();
    expect(begun).toBe(2);
  });

  it('tells what is under way that it is to stop, and waits for the first interval where it is told to', async () => {
    let aborted = false;
    let begun = 0;
    const repeated = new Repeated({
      everyMs: 1,
      failed: 'It failed',
      logger,
      work: (signal) => {
        begun += 1;
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            resolve();
          });
        });
      },
    });
    repeated.start({ atOnce: false });
    expect(begun).toBe(0);
    await waitFor(() => begun === 1);
    await repeated.stop();
    expect(aborted).toBe(true);
  });
});
