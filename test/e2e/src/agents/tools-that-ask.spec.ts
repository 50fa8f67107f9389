import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { waitFor } from '@switchyard/testing';
import { addAgent, addBackend, ended, submit, untilStatus } from '../faults/runs.fixture.js';
import { rest, switchyard, System } from '../index.js';

const SERVER = fileURLToPath(new URL('../../../../services/tool-host/test/mcp-server.mjs', import.meta.url));

/** An MCP server whose tool asks for a size, then for a yes, and then takes effect. */
describe('a run whose tool asks a person', () => {
  let system: System;
  let model: Simulator;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-ask-'));
    system = await System.start();
    model = await startSimulator();
    await addBackend(system, 'z-model', `${model.url}/v1`);
    for (const [name, options] of [
      ['new', []],
      ['old', ['--legacy']],
    ] as const) {
      const added = await switchyard(system, [
        'tools',
        'add',
        name,
        '--',
        process.execPath,
        SERVER,
        '--contents',
        ...options,
      ]);
      expect(added.stdout).toContain('connected');
    }
    await addAgent(system, 'buyer', ['new.*', 'old.*'], { model: { backend: 'z-model' } });
  }, 180_000);
  afterAll(async () => {
    await system?.stop();
    await model?.close();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 60_000);

  const asked = async (runId: string): Promise<{ call: string; message: string } | undefined> => {
    const { body } = await rest(system, 'GET', `/v1/questions?run_id=${runId}`);
    const [round] = body['rounds'] as { call_id: string; questions: { message: string }[] }[];
    return round && { call: round.call_id, message: round.questions[0]?.message ?? '' };
  };
  const untilAsked = (runId: string, message: string) =>
    waitFor(
      async () => {
        const round = await asked(runId);
        return round?.message === message ? round.call : undefined;
      },
      { timeoutMs: 30_000, describe: `the question "${message}"` },
    );

  it.each(['new', 'old'])(
    'waits for each answer and goes on with it: %s revision',
    async (server) => {
      const file = join(folder, server);
      model.enqueue({ calls: [{ name: `${server}_order`, arguments: { file } }] }, { text: 'It is ordered.' });
      const runId = await submit(system, { agent: 'buyer', input: 'Order one' });
      const call = await untilAsked(runId, 'Which size?');
      if (server === 'new') {
        const waiting = await untilStatus(system, runId, ['waiting']);
        expect(waiting).toMatchObject({ wait: { reason: 'input', call_ids: [call] } });
      }
      const refused = await switchyard(system, ['questions', 'answer', call, '{"size":"huge"}']);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('does not fit')]);
      expect((await switchyard(system, ['questions', 'show', call])).stdout).toContain('"small"');
      expect((await switchyard(system, ['questions', 'answer', call, '{"size":"large"}'])).code).toBe(0);
      await untilAsked(runId, 'Is it sure?');
      const answer = { answers: [{ id: server === 'new' ? 'sure' : 'answer', content: { sure: true } }] };
      expect((await rest(system, 'POST', `/v1/questions/${call}/answer`, { body: answer })).status).toBe(200);
      expect(await ended(system, runId)).toMatchObject({ status: 'completed', output: 'It is ordered.' });
      expect(await readFile(file, 'utf8')).toMatch(/^[^\n]*"size":"large"[^\n]*{"sure":true}\n$/);
      expect(await asked(runId)).toBeUndefined();
      const again = await rest(system, 'POST', `/v1/questions/${call}/answer`, {
        body: { answers: [{ content: { sure: false } }] },
      });
      expect([again.status, again.body['error']]).toEqual([
        409,
        expect.objectContaining({ code: 'question.answered' }),
      ]);
    },
    90_000,
  );

  it('shows what its server has besides tools, and what its program says', async () => {
    expect((await switchyard(system, ['tools', 'resources', 'new'])).stdout).toContain('file:///notes.md');
    expect((await switchyard(system, ['tools', 'resources', 'new', 'file:///notes.md'])).stdout).toContain('# Noted');
    expect((await switchyard(system, ['tools', 'prompts', 'old', 'greet', '{"who":"Ada"}'])).stdout).toContain(
      'Greet Ada.',
    );
    expect((await switchyard(system, ['tools', 'complete', 'new', 'greet', 'who', 'G'])).stdout).toBe('Grace\n');
    await switchyard(system, ['tools', 'call', 'new_complain', '{"words":"it hurts"}']);
    await waitFor(async () => (await switchyard(system, ['tools', 'logs', 'new'])).stdout.includes('it hurts'), {
      timeoutMs: 30_000,
      describe: 'the words of the program',
    });
  }, 60_000);
});
