import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, type System } from '../index.js';
import { finishedRun } from './finished-run.js';
import type { PageServer } from './page-server.fixture.js';

export function toolsInRuns(system: () => System, pages: () => PageServer): void {
  const ask = (input: string, task: JsonObject = {}) => finishedRun(system(), { ...task, input });
  const callTool = async (tool: string, args: JsonObject): Promise<JsonObject> =>
    (await rest(system(), 'POST', `/v1/tools/${tool}/call`, { body: { arguments: args } })).body;

  describe('an agent with the built-in tools', () => {
    it.each([
      ['What is 12.5 * 48?', '12.5 * 48 = 600'],
      ['How much is (120 + 30) * 2 / 4?', '(120 + 30) * 2 / 4 = 75'],
      ['Add 1999 and 26', '1999 + 26 = 2025'],
      ['Subtract 17 from 100', '100 - 17 = 83'],
      ['what is 15% of 80', '15% of 80 = 12'],
      ['What is the square root of 144?', 'sqrt(144) = 12'],
    ])('calculates: %s', async (input, output) => {
      const { run, calls, output: said } = await ask(input);
      expect(run['status']).toBe('completed');
      expect(said).toBe(output);
      expect(calls).toMatchObject([{ tool: 'calculator', status: 'ok' }]);
    });

    it('does two things that were asked at once', async () => {
      const { calls, output } = await ask('What is 2^10 and what is 15% of 80?');
      expect(calls.map(({ text }) => text).sort()).toEqual(['1024', '12']);
      expect(output).toContain('1024');
      expect(output).toContain('12');
    });

    it('tells the time of a city', async () => {
      const { calls, output } = await ask('What time is it in Tokyo?');
      expect(calls).toMatchObject([{ tool: 'clock', arguments: { timezone: 'Asia/Tokyo' }, status: 'ok' }]);
      expect(calls[0]?.text).toContain('+09:00');
      expect(output).toMatch(/Tokyo: \d\d:\d\d/);
    });

    it('reads a file that was put there, and lists the folder', async () => {
      await system().file('timetable.txt', 'The freight train leaves at 04:10.\n');
      const read = await ask('What does timetable.txt say?');
      expect(read.calls).toMatchObject([{ tool: 'file_read', arguments: { path: 'timetable.txt' }, status: 'ok' }]);
      expect(read.output).toContain('The freight train leaves at 04:10.');
      const listed = await ask('List the files');
      expect(listed.calls).toMatchObject([{ tool: 'file_list', status: 'ok' }]);
      expect(listed.output).toContain('timetable.txt');
    });

    it('reads what another tool call wrote', async () => {
      const written = await callTool('file_write', { path: 'notes/today.txt', content: 'Points are frozen.' });
      expect(written).toMatchObject({ status: 'ok' });
      expect((await ask('Read notes/today.txt')).output).toContain('Points are frozen.');
      const missing = await ask('What does notes/tomorrow.txt say?');
      expect(missing.run['status']).toBe('completed');
      expect(missing.calls).toMatchObject([{ tool: 'file_read', status: 'error' }]);
    });

    it('reads a page of a host that is allowed, and of no other on this machine', async () => {
      const url = `http://${pages().host}/timetable`;
      const read = await ask(`What is on ${url} ?`);
      expect(read.calls).toMatchObject([{ tool: 'http_fetch', arguments: { url }, status: 'ok' }]);
      expect(read.output).toContain('The night train leaves at 22:14.');
      const refused = await ask(`What is on http://${pages().forbiddenHost}/timetable ?`);
      expect(refused.run['status']).toBe('completed');
      expect(refused.calls).toMatchObject([{ tool: 'http_fetch', status: 'error' }]);
      expect(refused.output).not.toContain('22:14');
    });

    it('remembers for a user, in later runs, and for nobody else', async () => {
      const saved = await ask('Remember that my favourite colour is teal', { user: 'ada' });
      expect(saved.calls).toMatchObject([{ tool: 'memory_save', status: 'ok' }]);
      const asked = await ask('What is my favourite colour?', { user: 'ada' });
      expect(asked.output).toContain('teal');
      // Recalled before the first turn, with where it came from: no tool was needed.
      const recalled = asked.journal.find((event) => event['input_appended']);
      expect(recalled).toMatchObject({
        input_appended: { source: 'memory', references: [expect.stringMatching(/^mem_/)] },
      });
      const listed = await rest(system(), 'GET', '/v1/memories?user=ada');
      expect(listed.body['memories']).toMatchObject([
        {
          id: (recalled?.['input_appended'] as { references: string[] }).references[0],
          text: expect.stringContaining('teal'),
          scope: { agent: 'assistant', user: 'ada' },
          provenance: { source: 'agent', run_id: saved.run['run_id'] },
        },
      ]);
      expect((await ask('What is my favourite colour?', { user: 'bob' })).output).not.toContain('teal');
      expect((await ask('What is my favourite colour?')).output).not.toContain('teal');
    });

    it('learns a preference, is corrected, and forgets it when it is asked to', async () => {
      const user = 'grace';
      await ask('Remember that my favourite fruit is quince', { user });
      expect((await ask('What is my favourite fruit?', { user })).output).toContain('quince');
      await ask('Remember that my favourite fruit is medlar', { user });
      const corrected = await ask('What is my favourite fruit?', { user });
      expect(corrected.output).toContain('medlar');
      expect(corrected.output).not.toContain('quince');
      const { body } = await rest(system(), 'GET', `/v1/memories?user=${user}`);
      expect((body['memories'] as JsonObject[]).map(({ state }) => state).sort()).toEqual(['current', 'superseded']);
      const forgot = await ask('Forget my favourite fruit', { user });
      expect(forgot.calls).toMatchObject([
        { tool: 'memory_search', status: 'ok' },
        { tool: 'memory_correct', status: 'ok' },
      ]);
      expect((await ask('What is my favourite fruit?', { user })).output).not.toMatch(/medlar|quince/);
      // For good, from every table: that is a person's to ask for.
      const erased = await rest(system(), 'POST', '/v1/memories/erasures', { body: { scope: { user } } });
      expect(erased.body).toMatchObject({ deleted: { memories: 2 }, digest: expect.any(String) });
      expect((await rest(system(), 'GET', `/v1/memories?user=${user}`)).body['memories']).toEqual([]);
    });

    it('remembers conversations where its definition says so', async () => {
      const agent = {
        name: 'diarist',
        instructions: 'Be brief.',
        tools: ['calculator'],
        memory: { remember: 'conversations' },
      };
      expect((await rest(system(), 'POST', '/v1/agents', { body: agent })).status).toBe(200);
      const { run } = await ask('I live in Bergamo.', { agent: 'diarist', user: 'ivo', thread: 'diary' });
      const remembered = await waitFor(async () => {
        const { body } = await rest(system(), 'GET', '/v1/memories?user=ivo');
        const memories = body['memories'] as JsonObject[];
        return memories.length >= 3 && memories;
      });
      expect(remembered).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ kind: 'episode', text: 'I live in Bergamo.', speaker: 'ivo' }),
          expect.objectContaining({ kind: 'episode', speaker: 'diarist' }),
          expect.objectContaining({ kind: 'fact', text: 'ivo: I live in Bergamo.', trust: 'high' }),
        ]),
      );
      // As it was said, each with its entry of the run's journal.
      for (const which of ['conversation=diary', `run_id=${String(run['run_id'])}`]) {
        const { body } = await rest(system(), 'GET', `/v1/memories?${which}&kinds=episode&as_said=true`);
        expect(body['memories']).toMatchObject([
          { speaker: 'ivo', provenance: { run_id: run['run_id'], seq: 1 } },
          { speaker: 'diarist', provenance: { run_id: run['run_id'], seq: run['seq'] } },
        ]);
      }
    });

    it('keeps to what its definition says of memory: for whom, how long, and whether it has the tools', async () => {
      const tools = ['memory_search', 'memory_save'];
      const apply = async (name: string, memory: JsonObject) => {
        const body = { name, instructions: 'Be brief.', tools, memory };
        expect((await rest(system(), 'POST', '/v1/agents', { body })).status).toBe(200);
      };
      await apply('discreet', { scopes: ['user'], keep_days: 30 });
      const forAll = { text: 'The favourite tree of the house is larch', scope: {} };
      expect((await rest(system(), 'POST', '/v1/memories', { body: forAll })).status).toBe(200);
      const saved = await ask('Remember that my favourite tree is ginkgo', { agent: 'discreet', user: 'lea' });
      expect(saved.calls).toMatchObject([{ tool: 'memory_save', status: 'ok' }]);
      const listed = await rest(system(), 'GET', '/v1/memories?user=lea');
      expect(listed.body['memories']).toMatchObject([
        { scope: { agent: 'discreet', user: 'lea' }, expires_at: expect.any(String) },
      ]);
      const asked = await ask('What is my favourite tree?', { agent: 'discreet', user: 'lea' });
      expect(asked.output).toContain('ginkgo');
      expect(asked.output).not.toContain('larch');
      // What would be for all users of the agent is not saved.
      const refused = await ask('Remember that my favourite tree is elm', { agent: 'discreet' });
      expect(refused.run['status']).toBe('completed');
      expect(refused.calls).toMatchObject([{ tool: 'memory_save', status: 'error' }]);
      expect(refused.calls[0]?.text).toContain('memory.scopes are user');
      expect((await rest(system(), 'GET', '/v1/memories?agent=discreet')).body['memories']).toHaveLength(1);
      await apply('discreet', { tools: false });
      const without = await ask('Remember that my favourite tree is oak', { agent: 'discreet', user: 'lea' });
      expect([without.run['status'], without.calls]).toEqual(['completed', []]);
    });

    it('is shown them with schema, effect and fingerprint, and calls by hand are checked as its own', async () => {
      const { body } = await rest(system(), 'GET', '/v1/tools?names=calculator,files.*');
      expect(body['tools']).toMatchObject([
        { name: 'calculator', effect: 'pure', source: 'builtin', parameters: { type: 'object' } },
        { name: 'file_list' },
        { name: 'file_read' },
        { name: 'file_write', effect: 'idempotent', fingerprint: expect.stringMatching(/^sha256:/) },
      ]);
      expect(await callTool('calculator', { expression: '17% * 2340' })).toMatchObject({
        status: 'ok',
        content: [{ type: 'text', text: '397.8' }],
      });
      expect(await callTool('calculator', { formula: '1' })).toMatchObject({
        status: 'error',
        error: { code: 'tool.invalid_arguments' },
      });
    });
  });
}
