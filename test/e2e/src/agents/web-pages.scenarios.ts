import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { ended, submit, untilStatus } from '../faults/runs.fixture.js';
import { connectedToolServer, rest, switchyard, switchyardJson, type System } from '../index.js';
import { finishedRun } from './finished-run.js';
import { hasBrowser, WebToolPages } from './web-pages.fixture.js';

export function webPages(system: () => System): void {
  (hasBrowser() ? describe : describe.skip)('web pages in a real browser', () => {
    let pages: WebToolPages;
    beforeAll(async () => {
      pages = await WebToolPages.start();
    });
    afterAll(async () => {
      await switchyard(system(), ['tools', 'remove', 'town']);
      await pages.stop();
    });

    it('are added at the command line, and their tools are listed with their effects', async () => {
      const urls = ['hotel', 'trains', 'weather'].flatMap((path) => ['--web', `${pages.origin}/${path}`]);
      const added = await switchyard(system(), ['tools', 'add', 'town', ...urls]);
      expect(added).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('town ') });
      await connectedToolServer(system(), 'town');
      const tools = await switchyardJson<JsonObject[]>(system(), ['tools', 'list']);
      const ours = tools.filter(({ source }) => source === 'webmcp:town');
      expect(ours.map(({ name, effect }) => [name, effect])).toEqual([
        ['town_book_room', 'irreversible'],
        ['town_find_room', 'pure'],
        ['town_get_weather', 'pure'],
        ['town_next_train', 'irreversible'],
      ]);
      expect((await switchyard(system(), ['tools', 'servers'])).stdout).toMatch(/town .*webmcp.*connected/);
    });

    it('are called by hand, under the schemas of their tools', async () => {
      const call = (name: string, args: JsonObject, code = 0) =>
        switchyardJson<JsonObject>(system(), ['tools', 'call', name, JSON.stringify(args)], { code });
      expect(await call('town_next_train', { place: 'Bergen' })).toMatchObject({
        content: [{ text: 'The next train to Bergen leaves at 22:14.' }],
      });
      expect(await call('town_find_room', { town: 'Oslo' }, 2)).toMatchObject({
        error: { code: 'tool.invalid_arguments' },
      });
    });

    it('are used by agents; what is consequential waits for a person, although the agent asks for nobody', async () => {
      const agent = { name: 'traveller', instructions: 'Use the tools.', tools: ['town.*'] };
      expect((await rest(system(), 'POST', '/v1/agents', { body: agent })).status).toBe(200);
      const weather = await finishedRun(system(), { agent: 'traveller', input: 'What is the weather in Oslo?' });
      expect(weather.calls).toMatchObject([{ tool: 'town_get_weather', arguments: { city: 'Oslo' }, status: 'ok' }]);
      expect(weather.output).toContain('Drizzle in Oslo');

      const runId = await submit(system(), { agent: 'traveller', input: 'Book room 12' });
      expect(await untilStatus(system(), runId, ['waiting'])).toMatchObject({ wait: { reason: 'approval' } });
      expect(pages.booked).toBe(0);
      expect((await switchyard(system(), ['approvals', 'approve', runId, '-r', 'as asked'])).code).toBe(0);
      expect(await ended(system(), runId)).toMatchObject({ status: 'completed' });
      expect(pages.booked).toBe(1);
    });
  });
}
