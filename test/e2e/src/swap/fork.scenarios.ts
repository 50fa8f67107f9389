import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { startSimulator, type Simulator } from '@switchyard/simulator';
import { FaultyTools } from '../faults/faulty-tools.fixture.js';
import { addAgent, addBackend, ended, entriesOf, journalOf, runOf, submit } from '../faults/runs.fixture.js';
import { rest, switchyard, switchyardJson, type System } from '../index.js';
import { BASE_PATHS } from './wires.fixture.js';

interface Step {
  seq: number;
  type: string;
  forkable: boolean;
}

/** New runs from the steps of others: forks, and runs that failed, redriven. Counted is what happened at the tool. */
export function forks(system: () => System): void {
  let tools: FaultyTools;
  const simulators = new Map<string, Simulator>();
  const on = (api: string): Simulator => {
    const simulator = simulators.get(api);
    if (!simulator) throw new Error(`No simulator serves ${api}`);
    return simulator;
  };

  beforeAll(async () => {
    tools = await FaultyTools.connect(system(), 'fork', 20_000);
    await addAgent(system(), 'forker', ['fork_calc_count']);
    for (const api of ['openai-chat', 'anthropic', 'gemini']) {
      const simulator = await startSimulator();
      simulators.set(api, simulator);
      await addBackend(system(), `fork-${api}`, new URL(BASE_PATHS[api] ?? '', simulator.url).href, { api });
    }
  });
  afterAll(async () => {
    for (const simulator of simulators.values()) await simulator.close();
  });

  const call = (expression: string) => ({ calls: [{ name: 'fork_calc_count', arguments: { expression } }] });
  const lastAsked = (simulator: Simulator) =>
    JSON.stringify(simulator.requests.filter(({ method }) => method === 'POST').at(-1)?.body);

  it('a finished run goes on over another wire API with another question: the tool is not asked again, and the money is not counted twice', async () => {
    on('openai-chat').enqueue(call('fork once'), { text: 'It is 42.' });
    const original = await submit(system(), { agent: 'forker', input: 'Count', backend: 'fork-openai-chat' });
    const before = await ended(system(), original);
    expect(before).toMatchObject({ status: 'completed', output: 'It is 42.' });
    const steps = await switchyardJson<Step[]>(system(), ['runs', 'replay', original]);
    const settled = steps.find(({ type }) => type === 'ToolCallSettled');
    expect(settled?.forkable).toBe(true);

    on('anthropic').enqueue({ text: 'Forty-two, in words.' });
    const at = String(settled?.seq);
    const args = [
      'runs',
      'fork',
      original,
      '--at',
      at,
      '--backend',
      'fork-anthropic',
      '--input',
      'In words?',
      '--watch',
    ];
    const watched = await switchyard(system(), args);
    expect([watched.code, watched.stdout.trim()]).toEqual([0, 'Forty-two, in words.']);
    const { body } = await rest(system(), 'GET', '/v1/runs?agent=forker&limit=1');
    const [fork] = body['runs'] as JsonObject[];
    expect(fork).toMatchObject({
      ...{ status: 'completed', backend: 'fork-anthropic', turns: 2 },
      fork: { run_id: original, seq: settled?.seq, turns: 1 },
    });
    expect(lastAsked(on('anthropic'))).toMatch(/fork once.*In words\?/);
    const turns = await entriesOf(system(), String(fork?.['run_id']), 'model_turn_completed');
    expect(turns.map(({ backend }) => backend)).toEqual(['fork-openai-chat', 'fork-anthropic']);
    expect(turns[0]?.['usage']).toBeUndefined();
    expect(fork?.['usage']).toEqual(expect.objectContaining({ output_tokens: Number(usageOf(turns[1])) }));
    expect(await tools.calls('calc_count')).toMatchObject({ 'fork once': 1 });
    expect(await runOf(system(), original)).toEqual(before);
  });

  it('is refused while a call is open, with the nearest entries that will do', async () => {
    on('openai-chat').enqueue(call('not again'), { text: 'Done.' });
    const runId = await submit(system(), { agent: 'forker', input: 'Count', backend: 'fork-openai-chat' });
    await ended(system(), runId);
    const open = (await journalOf(system(), runId)).find((entry) => 'tool_calls_requested' in entry);
    const refused = await rest(system(), 'POST', `/v1/runs/${runId}/fork`, { body: { seq: open?.seq ?? 0 } });
    expect([refused.status, refused.body]).toMatchObject([
      409,
      { error: { code: 'run.fork_open_calls', details: { after: (open?.seq ?? 0) + 1 } } },
    ]);
  });

  describe('a run whose backend was down', () => {
    it('is redriven onto another one, goes on from its results, and what cannot be undone happened once', async () => {
      on('openai-chat').enqueue(call('redrive once'), { fault: { fault: '401' } });
      const runId = await submit(system(), { agent: 'forker', input: 'Count', backend: 'fork-openai-chat' });
      expect(await ended(system(), runId)).toMatchObject({ status: 'failed', error: { code: 'model.auth' } });
      const listed = await switchyardJson<JsonObject[]>(system(), [
        'dead-letters',
        '--kind',
        'run',
        '--agent',
        'forker',
      ]);
      expect(listed).toMatchObject([{ kind: 'run', id: runId, cause: { code: 'model.auth' } }]);
      const shown = await switchyard(system(), ['dead-letters', 'show', 'run', runId]);
      expect(shown.stdout).toMatch(/model\.auth[^]*Redriven, a new run goes on/);

      on('gemini').enqueue({ text: 'Counted.' });
      const filter = ['--kind', 'run', '--agent', 'forker', '--on-backend', 'fork-openai-chat'];
      const redrive = ['dead-letters', 'redrive', ...filter, '--backend', 'fork-gemini'];
      const tried = await switchyardJson<{ letters: JsonObject[] }>(system(), [...redrive, '--dry-run']);
      expect(tried.letters).toMatchObject([{ id: runId, run_id: '' }]);
      const { letters } = await switchyardJson<{ letters: JsonObject[] }>(system(), redrive);
      const made = String(letters[0]?.['run_id']);
      expect(await ended(system(), made)).toMatchObject({
        ...{ status: 'completed', output: 'Counted.', backend: 'fork-gemini' },
        fork: { run_id: runId },
      });
      expect(lastAsked(on('gemini'))).toContain('redrive once');
      expect(await tools.calls('calc_count')).toMatchObject({ 'redrive once': 1 });
      expect(await runOf(system(), runId)).toMatchObject({ status: 'failed', redriven_as: made });
      // Asked again, it is the same; and it is no dead letter any more.
      const again = await switchyardJson<{ letters: JsonObject[] }>(system(), [
        ...['dead-letters', 'redrive', 'run', runId, '--backend', 'fork-gemini'],
      ]);
      expect(again.letters).toMatchObject([{ run_id: made }]);
      expect(await switchyardJson(system(), ['dead-letters', '--kind', 'run', '--agent', 'forker'])).toEqual([]);
    });
  });
}

function usageOf(turn: JsonObject | undefined): unknown {
  return (turn?.['usage'] as JsonObject | undefined)?.['output_tokens'];
}
