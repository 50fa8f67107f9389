import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

export function memories(system: () => System): void {
  const remember = async (text: string, scope: JsonObject, tags: string[] = []): Promise<JsonObject> =>
    (await rest(system(), 'POST', '/v1/memories', { body: { text, scope, tags } })).body;
  const search = async (query: string, scope: Record<string, string>): Promise<JsonObject[]> => {
    const parameters = new URLSearchParams({ query, ...scope });
    const { body } = await rest(system(), 'GET', `/v1/memories/search?${parameters}`);
    return body['memories'] as JsonObject[];
  };
  const texts = (found: readonly JsonObject[]) => found.map(({ memory }) => (memory as JsonObject)['text']);

  describe('a memory', () => {
    it('says whose it is and where it came from, and the same statement is counted', async () => {
      const first = await remember('The signal box closes at midnight', { user: 'carla' }, ['signals']);
      expect(first).toMatchObject({
        id: expect.stringMatching(/^mem_/),
        scope: { user: 'carla' },
        tags: ['signals'],
        count: 1,
        provenance: { source: 'user', actor: 'user:first' },
      });
      expect(await remember('The signal box closes at midnight', { user: 'carla' })).toMatchObject({
        id: first['id'],
        count: 2,
      });
    });

    it('is found in what is looked at, the best first, with the reason', async () => {
      await remember('Wagons of gravel go to track nine', { user: 'dora' });
      await remember('Track nine is closed on Sundays', { user: 'dora', agent: 'assistant' });
      await remember('Track nine belongs to Emil', { user: 'emil' });
      const dora = await search('Which wagons go to track nine?', { user: 'dora' });
      expect(texts(dora)).toEqual(['Wagons of gravel go to track nine', 'Track nine is closed on Sundays']);
      expect(dora[0]).toMatchObject({ why: expect.stringContaining('wagon') });
      expect(Number(dora[0]?.['score'])).toBeGreaterThan(Number(dora[1]?.['score']));
      expect(texts(await search('track nine', { user: 'dora', agent: 'assistant' }))).toEqual([
        'Track nine is closed on Sundays',
      ]);
      expect(texts(await search('track nine', {}))).toContain('Track nine belongs to Emil');
      expect(texts(await search('gravel', { user: 'emil' }))).toEqual([]);
      const body = { query: 'gravel', scope: { user: 'dora' }, limit: 1 };
      const posted = await rest(system(), 'POST', '/v1/memories/search', { body });
      expect(texts(posted.body['memories'] as JsonObject[])).toEqual(['Wagons of gravel go to track nine']);
    });

    it('is added, found, listed and forgotten at the command line', async () => {
      const scope = ['--user', 'fred'];
      const id = (
        await switchyard(system(), ['memory', 'add', 'Coal comes on Tuesdays', ...scope, '--tag', 'coal'])
      ).stdout.trim();
      expect(id).toMatch(/^mem_/);
      const found = await switchyard(system(), ['memory', 'search', 'When does coal come?', ...scope]);
      expect(found.stdout).toContain('Coal comes on Tuesdays');
      expect(found.stdout).toContain(id);
      const listed = await switchyardJson<JsonObject[]>(system(), ['memory', 'list', ...scope]);
      expect(listed).toMatchObject([{ id, text: 'Coal comes on Tuesdays', tags: ['coal'] }]);
      expect((await switchyard(system(), ['memory', 'forget', id])).code).toBe(0);
      expect(await switchyardJson(system(), ['memory', 'list', ...scope])).toEqual([]);
      expect(await switchyardJson(system(), ['memory', 'search', 'coal', ...scope])).toEqual([]);
      expect((await switchyard(system(), ['memory', 'forget', id])).code).toBe(3);
    });
  });
}
