import { afterEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { KeptSession } from './kept-session.js';
import { unavailable } from './server-failure.js';

const logger = createLogger('test', { level: 'silent' });
const kept: KeptSession<{ number: number }>[] = [];
afterEach(() => Promise.all(kept.splice(0).map((session) => session.close())));

/** A session that cannot be opened so many times. */
function session(failures: number, failure: Error = unavailable('yard', 'it is away')) {
  let opened = 0;
  const ended: number[] = [];
  const one = new KeptSession<{ number: number }>({
    name: 'yard',
    logger,
    open: async () => {
      opened += 1;
      if (opened <= failures) throw failure;
      return { number: opened };
    },
    end: async ({ number }) => void ended.push(number),
    onChange: () => undefined,
  });
  kept.push(one);
  return { one, ended, attempts: () => opened };
}

describe('a session that is kept', () => {
  it('is waited for while its server is away for a moment', async () => {
    const { one } = session(4);
    expect(await one.opened(600_000)).toEqual({ number: 5 });
    expect([one.status, one.lastError]).toEqual(['connected', undefined]);
  });

  it('is not waited for where waiting cannot help, or nobody has the time', async () => {
    const broken = session(Infinity, new TypeError('a defect'));
    expect(await broken.one.opened(0)).toBeUndefined();
    const refused = session(Infinity, Object.assign(unavailable('yard', 'no key'), { retryable: false }));
    expect(await refused.one.opened(600_000)).toBeUndefined();
    expect([refused.attempts(), refused.one.status]).toEqual([1, 'failing']);
  });

  it('is given up by who waits for it when it is cancelled', async () => {
    const { one } = session(Infinity);
    const controller = new AbortController();
    const waiting = one.opened(600_000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('is opened again when it is lost, and ended once', async () => {
    const { one, ended } = session(0);
    const first = await one.opened(600_000);
    if (!first) throw new Error('There is no session');
    one.lost(first, unavailable('yard', 'it broke'));
    one.lost(first, unavailable('yard', 'it broke'));
    await waitFor(() => one.current, { describe: 'the second session' });
    expect([one.current, ended]).toEqual([{ number: 2 }, [1]]);
  });
});
