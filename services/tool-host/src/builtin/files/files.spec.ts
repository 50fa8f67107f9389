import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '@switchyard/contracts';
import type { BuiltinTool } from '../builtin-tool.js';
import { contextOf } from '../tool-context.fixture.js';
import { createFileList } from './file-list.js';
import { createFileRead } from './file-read.js';
import { createFileWrite, MAX_WRITE_BYTES } from './file-write.js';
import { FilesRoot } from './safe-path.js';

const context = contextOf({ timeoutMs: 1_000 });
let base: string;
let root: string;
let read: BuiltinTool;
let write: BuiltinTool;
let list: BuiltinTool;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'tool-host-files-'));
  root = join(base, 'files');
  await mkdir(root);
  await writeFile(join(base, 'secret.txt'), 'secret');
  const files = new FilesRoot(root);
  [read, write, list] = [createFileRead(files), createFileWrite(files), createFileList(files)];
});
afterEach(() => rm(base, { recursive: true, force: true }));

const use = async (tool: BuiltinTool, args: JsonObject) => {
  const { content } = await tool.handler(args, context);
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
};

describe('file tools', () => {
  it('write, read back and list', async () => {
    expect(await use(write, { path: 'notes/today.txt', content: 'Grüße' })).toBe('Wrote 7 bytes to notes/today.txt.');
    expect(await use(read, { path: 'notes/today.txt' })).toBe('Grüße');
    expect(await use(list, { recursive: true })).toBe('notes/\nnotes/today.txt (7 bytes)');
    expect(await readdir(join(root, 'notes'))).toEqual(['today.txt']);
  });

  it.each(['.', './', 'a/..'])('say that %j is a folder, which nobody writes as a file', async (path) => {
    await expect(use(write, { path, content: '' })).rejects.toThrow(/: it is a folder/);
  });

  it.each([
    ['a name that is too long', { path: 'a'.repeat(256), content: '' }],
    ['a file for a folder', { path: 'plain/x', content: '' }],
    ['a file for a folder further up', { path: 'plain/x/y', content: '' }],
    ['links in a circle', { path: 'circle/x', content: '' }],
  ])('say what is wrong with %s, and not where this host keeps its files', async (_, args) => {
    await writeFile(join(root, 'plain'), '');
    await symlink('circle', join(root, 'circle'));
    for (const tool of [write, read, list]) {
      const error = await use(tool, tool === write ? args : { path: args.path }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: expect.stringMatching(/^tool\.(path_refused|file_\w+)$/), retryable: false });
      expect(String(error)).not.toContain(base);
    }
  });

  it.each([
    '../secret.txt',
    'a/../../secret.txt',
    '/etc/passwd',
    '..',
    '~/x',
    'C:\\x',
    '..\\secret.txt',
    'a\0b',
    'x/'.repeat(600),
  ])('refuse the path %j', async (path) => {
    const refused = { code: 'tool.path_refused' };
    await expect(use(read, { path })).rejects.toMatchObject(refused);
    await expect(use(write, { path, content: 'x' })).rejects.toMatchObject(refused);
    await expect(use(list, { path })).rejects.toMatchObject(refused);
    expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('refuse links that lead out: to a file, to a folder, dangling, and through several hops', async () => {
    await symlink(join(base, 'secret.txt'), join(root, 'link.txt'));
    await symlink(base, join(root, 'up'));
    await symlink(join(root, 'up'), join(root, 'hop'));
    await symlink(join(base, 'new.txt'), join(root, 'dangling.txt'));
    for (const path of ['link.txt', 'up/secret.txt', 'hop/secret.txt', 'up']) {
      await expect(use(read, { path })).rejects.toMatchObject({ code: 'tool.path_refused' });
      await expect(use(write, { path, content: 'x' })).rejects.toMatchObject({ code: 'tool.path_refused' });
    }
    await expect(use(write, { path: 'up/made/file.txt', content: 'x' })).rejects.toMatchObject({
      code: 'tool.path_refused',
    });
    await expect(use(write, { path: 'dangling.txt', content: 'x' })).rejects.toMatchObject({
      code: 'tool.file_unwritable',
    });
    await expect(use(read, { path: 'dangling.txt' })).rejects.toMatchObject({ code: expect.stringMatching(/^tool\./) });
    expect((await readdir(base)).sort()).toEqual(['files', 'secret.txt']);
    expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
  });

  it('follow a link that stays inside', async () => {
    await writeFile(join(root, 'real.txt'), 'inside');
    await symlink('real.txt', join(root, 'alias.txt'));
    expect(await use(read, { path: 'alias.txt' })).toBe('inside');
  });

  it('name a link in a listing and never list through it', async () => {
    await symlink(base, join(root, 'up'));
    expect(await use(list, { recursive: true })).toBe('up (link)');
  });

  it('say that a file is missing, binary, a folder or a pipe', async () => {
    await mkdir(join(root, 'folder'));
    await writeFile(join(root, 'binary'), Buffer.from([0, 1, 2]));
    await writeFile(join(root, 'latin1'), Buffer.from([0x66, 0xfc, 0x72]));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await expect(use(read, { path: 'missing.txt' })).rejects.toMatchObject({ code: 'tool.file_not_found' });
    await expect(use(read, { path: 'no/such/way.txt' })).rejects.toMatchObject({ code: 'tool.file_not_found' });
    for (const path of ['folder', 'binary', 'latin1', 'pipe']) {
      await expect(use(read, { path })).rejects.toMatchObject({ code: 'tool.file_unreadable' });
    }
    await expect(use(write, { path: 'folder', content: 'x' })).rejects.toMatchObject({ code: 'tool.file_unwritable' });
    await expect(use(list, { path: 'binary' })).rejects.toMatchObject({ code: 'tool.file_unreadable' });
  });

  it('refuse to write more than the limit', async () => {
    const content = 'x'.repeat(MAX_WRITE_BYTES + 1);
    await expect(use(write, { path: 'big', content })).rejects.toMatchObject({ code: 'tool.file_unwritable' });
  });

  it('read any text in pieces, with nothing lost or doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        async (content, max) => {
          fc.pre(!content.includes('\0') && Buffer.from(content).toString() === content && !content.includes('[piece'));
          await writeFile(join(root, 'piece'), content);
          let seen = '';
          let offset = 0;
          for (;;) {
            const shown = await use(read, { path: 'piece', offset, max_bytes: max });
            const note = /\n\[piece: bytes \d+ to (\d+) of \d+\. Go on with offset \d+\.\]$/.exec(shown);
            seen += note ? shown.slice(0, note.index) : shown;
            if (!note) break;
            offset = Number(note[1]);
          }
          expect(seen).toBe(content);
        },
      ),
      { numRuns: 40 },
    );
  });
});
