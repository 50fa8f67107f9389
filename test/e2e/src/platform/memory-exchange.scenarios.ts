import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { connectedToolServer, COMMAND, switchyard, switchyardJson, type System } from '../index.js';

export function memoryExchange(system: () => System): void {
  const json = <T>(...words: string[]) => switchyardJson<T>(system(), ['memory', ...words]);
  const texts = async (...scope: string[]) =>
    (await json<JsonObject[]>('list', ...scope)).map(({ text }) => text).sort();

  describe('the history of a memory', () => {
    it('leads from a statement to what took its place, and says who did what', async () => {
      const scope = ['--user', 'gina'];
      const { id } = await json<{ id: string }>('add', 'The depot is in Bern', ...scope, '--valid-from', '2026-01-01');
      const { memory } = await json<{ memory: { id: string } }>(
        'correct',
        id,
        'The depot is in Basel',
        '--reason',
        'moved',
      );
      const found = await switchyard(system(), ['memory', 'search', 'Where is the depot?', ...scope]);
      expect(found.stdout.indexOf('Basel')).toBeLessThan(found.stdout.indexOf('Bern'));
      expect(found.stdout).toMatch(new RegExp(`valid since 2026-01-01 .*until .*superseded by ${memory.id}`));
      const shown = await switchyard(system(), ['memory', 'show', id]);
      expect(shown.stdout).toMatch(/The depot is in Bern\n\n[^]*state +superseded/);
      const why = await switchyard(system(), ['memory', 'why', id]);
      expect(why.stdout).toMatch(/What was done to it:\n.* correct by user:\S+ “moved”/);
      const then = await json<{ memory: JsonObject }[]>('search', 'depot', ...scope, '--as-of', '2026-02-01');
      expect(then.map((hit) => hit.memory['text'])).toEqual(['The depot is in Bern']);
    });

    it('leads back to the run and the entry in which it was said', async () => {
      const scope = ['--user', 'nina'];
      const run = await switchyardJson<{ run_id: string }>(system(), [
        'run',
        'Remember that my favourite colour is teal.',
        ...scope,
      ]);
      const saved = (await json<JsonObject[]>('list', ...scope)).find(({ kind }) => kind === 'fact');
      const why = await switchyard(system(), ['memory', 'why', String(saved?.['id'])]);
      expect(why.stdout).toMatch(new RegExp(`run ${run.run_id}, entry \\d+`));
      expect(why.stdout).toContain(`switchyard runs show ${run.run_id}`);
    });

    it('takes a memory out of every answer, and takes that back', async () => {
      const scope = ['--user', 'hugo'];
      const { id } = await json<{ id: string }>('add', 'Signals are blue', ...scope);
      const act = await json<{ id: string }>('retract', id, '--reason', 'never said');
      expect(await json('search', 'signals', ...scope)).toEqual([]);
      await json('restore', act.id);
      expect(await json('search', 'signals', ...scope)).toHaveLength(1);
      expect((await switchyard(system(), ['memory', 'restore', act.id])).code).toBe(6);
      const receipt = await json<{ deleted: JsonObject }>('erase', ...scope, '--reason', 'asked for');
      expect(receipt.deleted).toMatchObject({ memories: 1 });
      expect((await switchyard(system(), ['memory', 'show', id])).code).toBe(3);
      expect((await switchyard(system(), ['memory', 'erase'])).code).toBe(2);
    });
  });

  describe('memories in and out', () => {
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'switchyard-memories-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('are exported as lines, and imported elsewhere once, however often', async () => {
      for (const text of ['Coal comes on Tuesdays', 'Gravel comes on Fridays'])
        await json('add', text, '--user', 'ines');
      const exported = await switchyard(system(), ['memory', 'export', '--user', 'ines']);
      expect(exported.stdout.trim().split('\n')).toHaveLength(2);
      expect((await switchyard(system(), ['memory', 'export', '--user', 'ines'])).stdout).toBe(exported.stdout);
      const file = join(folder, 'ines.jsonl');
      await writeFile(file, exported.stdout);
      const check = await json('import', file, '--user', 'jana', '--check');
      expect(check).toMatchObject({ stored: 2, refused: 0, check: true });
      expect(await texts('--user', 'jana')).toEqual([]);
      expect(await json('import', file, '--user', 'jana')).toMatchObject({ stored: 2, skipped: 0 });
      expect(await json('import', file, '--user', 'jana')).toMatchObject({ stored: 0, skipped: 2 });
      expect(await texts('--user', 'jana')).toEqual(['Coal comes on Tuesdays', 'Gravel comes on Fridays']);
      const [first] = await json<JsonObject[]>('list', '--user', 'jana');
      expect(first).toMatchObject({ trust: 'low', count: 1, provenance: { source: 'import' } });
    });

    it('come from mem0, and what is no memory is refused by its place', async () => {
      const file = join(folder, 'mem0.json');
      const entry = { id: '1', memory: 'Karl prefers mornings', user_id: 'karl', created_at: '2025-10-03T09:00:00Z' };
      await writeFile(file, JSON.stringify({ results: [entry, { id: '2', memory: '' }] }));
      const { code, stdout } = await switchyard(system(), ['memory', 'import', file]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^1 stored, 1 refused\n {2}entry 2: It has no text\. \[import\.invalid\]/);
      expect(await texts('--user', 'karl')).toEqual(['Karl prefers mornings']);
      const [found] = await json<{ memory: JsonObject }[]>('search', 'mornings', '--user', 'karl');
      expect(found?.memory['valid_from']).toBe('2025-10-03T09:00:00Z');
    });

    it('are refused as a whole where the file is none', async () => {
      const missing = await switchyard(system(), ['memory', 'import', join(folder, 'none.jsonl')]);
      expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('Cannot read')]);
      const wrong = await switchyard(system(), ['memory', 'import', '-'], { input: '<xml/>' });
      expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('neither JSON nor JSON lines')]);
    });
  });

  describe('memory as an MCP server', () => {
    const call = (tool: string, args: JsonObject, code = 0) =>
      switchyardJson<{ status: string; content: { text: string }[]; error?: { message: string } }>(
        system(),
        ['tools', 'call', `recall_memory_${tool}`, JSON.stringify(args)],
        { code },
      );
    const textOf = async (tool: string, args: JsonObject) => (await call(tool, args)).content[0]?.text ?? '';

    it('serves one scope to whoever speaks MCP: it is searched, added to and corrected, and no other is', async () => {
      const other = await json<{ id: string }>('add', 'Lena likes the night train', '--user', 'lena');
      const words = [COMMAND, '--data', system().dataDir, 'memory', 'mcp', '--user', 'mona'];
      await switchyard(system(), ['tools', 'add', 'recall', '--', process.execPath, ...words]);
      await connectedToolServer(system(), 'recall');
      const saved = await textOf('save', { text: 'The ferry leaves at nine', tags: ['ferry'] });
      const id = /mem_\w+/.exec(saved)?.[0] ?? '';
      expect(await json('list', '--user', 'mona')).toMatchObject([
        { id, trust: 'medium', provenance: { source: 'agent' }, tags: ['ferry'] },
      ]);
      expect(await textOf('search', { query: 'When does the ferry leave?' })).toContain('The ferry leaves at nine');
      expect(await textOf('search', { query: 'night train' })).toBe('Nothing is remembered about that.');
      expect(await textOf('correct', { id, text: 'The ferry leaves at ten' })).toContain(`in the place of ${id}`);
      const stolen = await call('correct', { id: other.id, text: 'Lena likes nothing' }, 1);
      expect(stolen.error?.message).toContain('memory.not_found');
      const resources = await switchyard(system(), ['tools', 'resources', 'recall', `memory://${id}`]);
      expect(resources.stdout).toContain('superseded');
      expect((await switchyard(system(), ['tools', 'resources', 'recall', `memory://${other.id}`])).code).not.toBe(0);
      expect((await switchyard(system(), ['tools', 'remove', 'recall'])).code).toBe(0);
    });
  });
}
