import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { bundles, files } from '../scripts/bundle.mjs';

describe('the scripts that are used as they are', () => {
  it('are what the sources give: else `npm run bundle -w @switchyard/webmcp`', async () => {
    const made = await bundles();
    for (const name of ['browser', 'polyfill'] as const) expect(readFileSync(files[name], 'utf8')).toBe(made[name]);
  });

  it('are small', async () => {
    expect((await bundles()).browser.length).toBeLessThan(16 * 1_024);
  });
});
