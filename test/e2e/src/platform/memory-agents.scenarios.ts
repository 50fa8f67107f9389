import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyard, switchyardJson, type System } from '../index.js';

const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url));

/** The agents of the examples, asked by memory; the simulator answers them by rules. */
export function memoryAgents(system: () => System): void {
  const facts = async (user: string): Promise<JsonObject[]> =>
    (await rest(system(), 'GET', `/v1/memories?user=${user}&kinds=fact`)).body['memories'] as JsonObject[];
  const found = async (user: string, text: string) =>
    waitFor(async () => (await facts(user)).find((fact) => fact['text'] === text), { describe: `"${text}"` });
  const say = (user: string, input: string) =>
    switchyard(system(), ['run', '-q', '--agent', 'concierge', '--user', user, '--thread', `talk-${user}`, input]);

  describe('agents that memory asks', () => {
    beforeAll(async () => {
      for (const name of ['facts', 'rerank', 'summary'])
        await switchyard(system(), ['agents', 'apply', '-f', join(EXAMPLES, `memory-${name}.yaml`)]);
      const memory = { remember: 'conversations', facts: { agent: 'memory-facts' }, rerank: 'memory-rerank' };
      const body = { name: 'concierge', instructions: 'Be brief.', memory };
      expect((await rest(system(), 'POST', '/v1/agents', { body })).status).toBe(200);
    });

    it('find facts that rest on what was said, and bring them up to date', async () => {
      await say('nora', 'I am allergic to nuts, and I prefer tea.');
      const allergy = await found('nora', 'nora is allergic to nuts');
      expect(allergy).toMatchObject({ trust: 'medium', provenance: { actor: 'memory-facts' }, count: 1 });
      await say('nora', 'I prefer coffee.');
      await waitFor(async () => {
        const tea = (await facts('nora')).find(({ text }) => text === 'nora prefers tea');
        return tea?.['state'] === 'superseded';
      });
      // Memory's own runs are nobody's conversation.
      const { body } = await rest(system(), 'GET', '/v1/memories?agent=memory-facts');
      expect(body['memories']).toEqual([]);
      const [said = ''] = allergy?.['evidence'] as string[];
      await rest(system(), 'POST', '/v1/memories/erasures', { body: { ids: [said] } });
      expect((await facts('nora')).map(({ text }) => text)).not.toContain('nora is allergic to nuts');
    });

    it('put into order what a search and a run recall, and say so', async () => {
      for (const text of ['Otto has keys for the shed', 'Otto keeps the keys of the tower in a drawer'])
        await switchyard(system(), ['memory', 'add', text, '--user', 'otto']);
      const words = ['memory', 'search', 'where are the tower keys in the drawer?', '--user', 'otto'];
      const ordered = await switchyard(system(), [...words, '--rerank', 'memory-rerank']);
      expect(ordered.stdout).toContain('by memory-rerank');
      const without = await switchyard(system(), [...words, '--rerank', 'nobody']);
      expect(without).toMatchObject({ code: 0, stdout: expect.stringContaining('Not put into order') });
    });

    it('write summaries that rest on facts, and are not asked again for the same', async () => {
      for (const text of ['My home is in Rome', 'My favourite colour is teal', 'I work at Acme'])
        await switchyard(system(), ['memory', 'add', text, '--user', 'pia']);
      const consolidate = ['memory', 'consolidate', '--user', 'pia', '--by', 'memory-summary'];
      const { made } = await switchyardJson<{ made: JsonObject[] }>(system(), consolidate);
      expect(made).toMatchObject([{ kind: 'summary', trust: 'medium', provenance: { actor: 'memory-summary' } }]);
      expect((made[0]?.['evidence'] as string[]).length).toBe(3);
      expect(await switchyardJson(system(), consolidate)).toEqual({ made: [], refused: [] });
    });

    it('are counted in memory status, with what they cost', async () => {
      const { stdout } = await switchyard(system(), ['memory', 'status']);
      expect(stdout).toMatch(/facts by memory-facts: \d+ answered; \$0\.0000 of \$1\.00 today/);
      expect(stdout).toContain('There is no agent "nobody"');
    });
  });
}
