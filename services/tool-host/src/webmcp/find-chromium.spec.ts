import { describe, expect, it } from '@jest/globals';
import { createLogger } from '@switchyard/telemetry';
import { BrowserPool } from './browser-pool.js';

describe('a host without a browser', () => {
  it('says what to install, to whoever asks, and holds nothing', async () => {
    const pool = new BrowserPool('/no/such/program');
    const logger = createLogger('test', { level: 'silent' });
    for (const holder of [{}, {}])
      await expect(pool.hold(holder, logger)).rejects.toMatchObject({
        code: 'tool.browser_missing',
        message: expect.stringMatching(
          /no\/such\/program, which is no program\. .*apt-get install chromium.*SWITCHYARD_CHROMIUM/,
        ),
      });
  });
});
