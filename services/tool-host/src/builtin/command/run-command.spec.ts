import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf, said } from '../tool-context.fixture.js';
import { namespaceArguments } from './namespace-arguments.js';
import { createRunCommand } from './run-command.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-command-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Whether this machine lets bubblewrap do its work; CI sees to it. */
const offersNamespaces = (() => {
  if (process.env['CI']) return true;
  try {
    execFileSync('bwrap', ['--unshare-all', '--unshare-user', '--ro-bind', '/', '/', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const where = offersNamespaces ? describe : describe.skip;

/** Until the file is there. */
async function watchFor(path: string): Promise<void> {
  while (!existsSync(path)) await new Promise(setImmediate);
}

where('run_command', () => {
  const sh = (command: string, stdin = '') => said(createRunCommand({ filesRoot: folder }), { command, stdin });

  it('gives exit code and output, and reads its input', async () => {
    expect(await sh('cat; echo to-err >&2; exit 3', 'in')).toBe('Exit code: 3\n\nOutput:\nin\n\nErrors:\nto-err\n');
    expect(await sh('true')).toBe('Exit code: 0');
  });

  it('works in the files folder, and sees nothing else of the machine', async () => {
    await writeFile(join(folder, 'a.txt'), 'seen');
    expect(await sh('pwd; cat a.txt; echo new > b.txt')).toContain('/work\nseen');
    expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('new\n');
    const outside = await sh(
      `ls / /root /home /etc/passwd ${folder} 2>&1; ls -d /proc/[0-9]* | wc -l; id -u; echo x > /usr/x`,
    );
    expect(outside).toMatch(/cannot access '\/root'/);
    expect(outside).toMatch(/cannot access '\/etc\/passwd'/);
    expect(outside).not.toContain('a.txt');
    expect(outside).toMatch(/Read-only file system|Permission denied/);
  });

  it('has no network, no variables of the host, and no capability', async () => {
    process.env['SWITCHYARD_TEST_SECRET'] = 'top-secret';
    const answer = await sh(
      'env; cat /proc/net/route | wc -l; grep CapEff /proc/self/status; mount -t tmpfs x /mnt 2>&1',
    );
    delete process.env['SWITCHYARD_TEST_SECRET'];
    expect(answer).not.toContain('top-secret');
    expect(answer).toContain('CapEff:\t0000000000000000');
    expect(answer).toMatch(/\n1\n/);
  });

  it.each([
    ['memory', 'head -c 3000000000 /dev/zero | tail | wc -c'],
    ['a file', 'head -c 200000000 /dev/zero > large; stat -c %s large'],
  ])('has a limit of %s', async (_, command) => {
    expect(await sh(command)).not.toMatch(/3000000000|200000000/);
  });

  it('is cut where it says too much, and is not held up by it', async () => {
    const answer = await sh('head -c 5000000 /dev/zero | tr "\\0" x');
    expect(answer.length).toBeLessThan(60_000);
    expect(answer).toContain('only the first');
  });

  // What holds an output open is waited for: these end only if nothing is left.
  it.each(Array.from({ length: 12 }, (_, turn) => turn))(
    'ends with all that it started when its call is stopped while it starts (%i)',
    async (turn) => {
      const stop = new AbortController();
      const running = createRunCommand({ filesRoot: folder }).handler(
        { command: 'sleep 1000 & sleep 1000' },
        contextOf({ signal: stop.signal }),
      );
      for (let waited = 0; waited < turn; waited++) await new Promise(setImmediate);
      stop.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
    },
  );

  it('ends with all that it started when its call is stopped in its midst', async () => {
    const stop = new AbortController();
    const begun = watchFor(join(folder, 'began'));
    const running = createRunCommand({ filesRoot: folder }).handler(
      { command: 'sleep 1000 & touch began; sleep 1000' },
      contextOf({ signal: stop.signal }),
    );
    await begun;
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('run_command on a host without namespaces', () => {
  it('says so, and runs nothing', async () => {
    const missing = createRunCommand({ filesRoot: folder, program: 'no-such-bwrap' });
    await expect(said(missing, { command: 'touch ran' })).rejects.toMatchObject({
      code: 'tool.no_namespace',
      message: expect.stringContaining('not installed'),
    });
    const forbidden = join(folder, 'bwrap');
    await writeFile(forbidden, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2; exit 1\n', {
      mode: 0o755,
    });
    await expect(
      said(createRunCommand({ filesRoot: folder, program: forbidden }), { command: 'touch ran' }),
    ).rejects.toMatchObject({
      code: 'tool.no_namespace',
      message: expect.stringContaining('No permissions'),
    });
  });

  it('hands the command over as one argument, whatever is in it', () => {
    const command = `'; touch x; "$(id)" --bind / /`;
    const limits = { cpuSeconds: 1, memoryBytes: 2 ** 20, fileBytes: 512, processes: 1, openFiles: 9 };
    const args = namespaceArguments('/files', command, limits);
    expect(args.at(-1)).toBe(command);
    expect(args.slice(0, args.indexOf('--'))).toEqual(
      expect.arrayContaining(['--unshare-all', '--clearenv', '--cap-drop']),
    );
  });
});
