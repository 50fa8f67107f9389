import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { connectedToolServer, switchyard, switchyardJson, type System } from '../index.js';

const programOf = (name: string): string =>
  fileURLToPath(import.meta.resolve(`@modelcontextprotocol/server-${name}/dist/index.js`));

/** The servers that the protocol's own project publishes, at the command line. */
export function referenceServers(system: () => System): void {
  describe('the reference MCP servers', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'reference-servers-'));
    });
    afterAll(async () => {
      for (const name of ['papers', 'notions', 'everything']) await switchyard(system(), ['tools', 'remove', name]);
      await rm(folder, { recursive: true, force: true });
    });

    const add = async (name: string, ...words: string[]): Promise<void> => {
      await switchyard(system(), ['tools', 'add', name, '--', process.execPath, ...words]);
      await connectedToolServer(system(), name);
    };
    const call = (tool: string, args: JsonObject, code = 0) =>
      switchyardJson<JsonObject>(system(), ['tools', 'call', tool, JSON.stringify(args)], { code });
    const linesOf = async (...words: string[]): Promise<string> =>
      (await switchyard(system(), ['tools', ...words])).stdout;

    it('filesystem: reads and writes below its folder, and nothing outside', async () => {
      await writeFile(join(folder, 'a.txt'), 'Points set for track two.');
      await add('papers', programOf('filesystem'), folder);
      expect(await call('papers_read_text_file', { path: join(folder, 'a.txt') })).toMatchObject({
        status: 'ok',
        content: [{ text: 'Points set for track two.' }],
      });
      const written = { path: join(folder, 'b.txt'), content: 'Clear.' };
      expect(await call('papers_write_file', written)).toMatchObject({ status: 'ok' });
      expect(await readFile(join(folder, 'b.txt'), 'utf8')).toBe('Clear.');
      expect(await call('papers_read_text_file', { path: '/etc/passwd' }, 1)).toMatchObject({
        status: 'error',
        error: { code: 'tool.failed' },
      });
      expect(await linesOf('logs', 'papers')).toContain('Secure MCP Filesystem Server running on stdio');
    });

    it('memory: keeps what it is told between two calls', async () => {
      await add('notions', programOf('memory'));
      const entities = [{ name: 'Signal 4', entityType: 'signal', observations: ['stands at danger'] }];
      expect(await call('notions_create_entities', { entities })).toMatchObject({ status: 'ok' });
      expect(await call('notions_search_nodes', { query: 'danger' })).toMatchObject({
        content: [{ text: expect.stringContaining('Signal 4') }],
      });
    });

    it('everything: its tools, images, resources, prompts and completions', async () => {
      await add('everything', programOf('everything'), 'stdio');
      expect(await call('everything_get-sum', { a: 2, b: 3 })).toMatchObject({
        content: [{ text: expect.stringContaining('5') }],
      });
      const { content } = await call('everything_get-tiny-image', {});
      expect(content).toEqual(
        expect.arrayContaining([expect.objectContaining({ type: 'image', mediaType: 'image/png' })]),
      );
      // It reports progress while it is at work.
      expect(await call('everything_trigger-long-running-operation', { duration: 1, steps: 4 })).toMatchObject({
        status: 'ok',
      });
      expect(await linesOf('resources', 'everything')).toContain('demo://resource/static/document/features.md');
      expect(await linesOf('resources', 'everything', 'demo://resource/static/document/features.md')).toContain(
        'Everything Server',
      );
      const uri = 'demo://resource/static/document/features.md';
      expect(await call('everything_read_resource', { uri })).toMatchObject({ status: 'ok' });
      expect(await linesOf('prompts', 'everything', 'args-prompt', '{"city":"Oslo"}')).toContain('Oslo');
      expect(await linesOf('complete', 'everything', 'completable-prompt', 'department', 'E')).toBe('Engineering\n');
    });
  });
}
