import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { simulatorBackend, startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { rest, switchyardJson, type System } from '../index.js';
import { finishedRun } from './finished-run.js';

export function backendChoice(system: () => System): void {
  const apply = async (path: string, body: JsonObject): Promise<void> => {
    const answer = await rest(system(), 'POST', path, { body });
    if (answer.status !== 200) throw new Error(answer.text);
  };
  const agent = (name: string, model: JsonObject) =>
    apply('/v1/agents', { name, instructions: 'Calculate.', tools: ['calculator'], model });

  describe('the backend of a run', () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startSimulator();
      for (const api of ['openai-chat', 'anthropic'] as const) {
        const { name, baseUrl, model, profile } = simulatorBackend(simulator.url, { name: `own-${api}`, api });
        await apply('/v1/backends', {
          name,
          base_url: baseUrl,
          api,
          model,
          simulated: true,
          profile: {
            ...JSON.parse(JSON.stringify(profile)),
            contextWindow: 400_000,
            prices: api === 'anthropic' ? { input: 3, output: 15 } : { input: 1, output: 2 },
          } as JsonObject,
        });
      }
    });
    afterAll(async () => {
      for (const name of ['own-openai-chat', 'own-anthropic']) await rest(system(), 'DELETE', `/v1/backends/${name}`);
      await simulator?.close();
    });

    it.each([
      ['simulator', 'simulator'],
      ['simulator-anthropic', 'simulator-anthropic'],
    ])('is the one that the agent pins: %s', async (backend, name) => {
      await agent(`pinned-${name}`, { backend });
      const { run, output } = await finishedRun(system(), { agent: `pinned-${name}`, input: 'What is 17% of 2340?' });
      expect(run).toMatchObject({ backend, status: 'completed', turns: 2, routing_reason: 'named by the agent' });
      expect(output).toBe('17% of 2340 = 397.8');
    });

    it('is the one that the task names instead, over its own wire API, at its own price', async () => {
      const answers: string[] = [];
      for (const [backend, path, input, out] of [
        ['own-openai-chat', '/v1/chat/completions', 1, 2],
        ['own-anthropic', '/v1/messages', 3, 15],
      ] as const) {
        const seen = simulator.requests.length;
        const { run, output } = await finishedRun(system(), { input: 'How much is (120 + 30) * 2 / 4?', backend });
        expect(run).toMatchObject({ backend, status: 'completed', routing_reason: 'named by the task' });
        expect(simulator.requests.slice(seen).map((request) => request.path)).toEqual([path, path]);
        const usage = run['usage'] as { input_tokens: number; output_tokens: number };
        expect(run['cost']).toBeCloseTo((usage.input_tokens * input + usage.output_tokens * out) / 1_000_000, 9);
        answers.push(output);
      }
      expect(new Set(answers)).toEqual(new Set(['(120 + 30) * 2 / 4 = 75']));
    });

    it('is one that has what the agent asks for, the cheapest of those', async () => {
      await agent('wide', { capabilities: ['tools', 'streaming'], min_context: 200_000 });
      const { run } = await finishedRun(system(), { agent: 'wide', input: 'What is 3 * 5?' });
      expect(run).toMatchObject({ backend: 'own-openai-chat', output: '3 * 5 = 15' });
      expect(run['routing_reason']).toContain('$1/$2 a million tokens');
      await agent('thrifty', { max_input_price: 0.5 });
      expect((await finishedRun(system(), { agent: 'thrifty', input: 'What is 3 * 5?' })).run['backend']).toBe(
        'simulator',
      );
    });

    it('is the one that runs showed to be better, where the agent says so, and would be chosen again by the record', async () => {
      await agent('routed', { min_context: 200_000, routing: { policy: 'best-quality', explore: 0 } });
      const task = { agent: 'routed', input: 'What is 3 * 5?' };
      for (const [backend, value] of [
        ['own-openai-chat', false],
        ['own-anthropic', true],
      ] as const)
        for (let i = 0; i < 3; i += 1) {
          const { run } = await finishedRun(system(), { ...task, backend });
          const said = await rest(system(), 'POST', `/v1/runs/${String(run['run_id'])}/feedback`, { body: { value } });
          expect(said.status).toBe(201);
        }
      // The cheaper one is taken until what was learnt has reached the router.
      const { run } = await waitFor(
        async () => {
          const finished = await finishedRun(system(), task);
          return finished.run['backend'] === 'own-anthropic' && finished;
        },
        { timeoutMs: 30_000, intervalMs: 200, describe: 'the better backend to be taken' },
      );
      expect(run['routing_reason']).toMatch(/^own-anthropic scores best of 2 by best-quality, by what \d+ runs showed/);
      const explained = await switchyardJson<JsonObject>(system(), [
        ...['runs', 'explain', String(run['run_id']), '--verify'],
      ]);
      expect(explained).toMatchObject({ by_record: true, verification: 'identical', backend: 'own-anthropic' });
      const view = await switchyardJson<JsonObject>(system(), ['routing', 'show', 'routed']);
      expect(view['beliefs']).toMatchObject([{ backend: 'own-anthropic' }, { backend: 'own-openai-chat' }]);
    });

    it('is refused with a reason for each where none will do', async () => {
      await agent('seer', { capabilities: ['vision'] });
      const answer = await rest(system(), 'POST', '/v1/tasks', { body: { agent: 'seer', input: 'x' } });
      expect(answer.body).toMatchObject({ error: { code: 'backend.none_suitable' } });
      expect(JSON.stringify(answer.body)).toContain('simulator-anthropic: capability: no vision');
    });

    it('is of a run’s configuration: another one is another configuration, the same one the same', async () => {
      const fingerprints: unknown[] = [];
      for (const backend of ['simulator', 'simulator-anthropic', 'simulator']) {
        const run = await switchyardJson<JsonObject>(system(), ['run', '-b', backend, 'What is 9 * 9?']);
        fingerprints.push(run['configuration']);
      }
      expect(fingerprints[0]).toBe(fingerprints[2]);
      expect(fingerprints[0]).not.toBe(fingerprints[1]);
    });
  });
}
