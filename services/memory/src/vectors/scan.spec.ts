import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('scan.gen.ts is what scan.wat compiles to', async () => {
  const script = new URL('../../scripts/write-scan.mjs', import.meta.url);
  await expect(promisify(execFile)(process.execPath, [script.pathname, '--check'])).resolves.toMatchObject({
    stderr: '',
  });
});
