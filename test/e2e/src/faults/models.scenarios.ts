import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { freePort } from '@switchyard/servers';
import { startSimulator, type Fault, type Simulator } from '@switchyard/simulator';
import { rest, switchyard, wholeStream, type System } from '../index.js';
import { BrokenEndpoints } from './broken-endpoints.fixture.js';
import { addBackend, ended, entriesOf, runOf, submit } from './runs.fixture.js';

/** How often a system under test asks a model for one turn; set in its environment. */
export const MODEL_ATTEMPTS = 3;
const APIS = ['openai-chat', 'anthropic'] as const;
const TASK = { agent: 'assistant', input: 'What is 6 * 7?' };

/** A fault that stays, the code with which the run ends, and how often the model was asked. */
const LASTING: [fault: string, code: string, attempts: number][] = [
  ['401', 'model.auth', 1],
  ['404', 'model.not_found', 1],
  ['429;retryAfterMs=100', 'model.rate_limited', MODEL_ATTEMPTS],
  ['500', 'model.unavailable', MODEL_ATTEMPTS],
  ['529;retryAfterMs=100', 'model.overloaded', MODEL_ATTEMPTS],
  ['overflow', 'model.overflow', 1],
  ['cut;after=2', 'model.broken_stream', MODEL_ATTEMPTS],
  ['malformed', 'model.malformed', MODEL_ATTEMPTS],
  ['hang', 'model.timeout.first_byte', MODEL_ATTEMPTS],
  ['slow;delayMs=2500', 'model.timeout.first_byte', MODEL_ATTEMPTS],
];

/** A fault of the first request only: the run recovers. */
const PASSING: Fault[] = [
  { fault: '429', retryAfterMs: 1_200, times: 1 },
  { fault: '500', times: 2 },
  { fault: '503', retryAfterMs: 100, times: 1 },
  { fault: 'cut', after: 3, times: 1 },
  { fault: 'unfinished', times: 1 },
  { fault: 'malformed', times: 1 },
  { fault: 'error-midstream', times: 1 },
  { fault: 'hang', times: 1 },
];

/** Ways in which an endpoint is no model server at all. */
const BROKEN: [way: string, code: string][] = [
  ['echoes-key', 'model.auth'],
  ['web-page', 'model.malformed'],
  ['noise', 'model.malformed'],
  ['empty', 'model.broken_stream'],
  ['hangs-up', 'model.unreachable'],
];

/** What a model endpoint does wrong. All runs are under way at once; each test looks at one of them. */
export function modelFaults(system: () => System): void {
  const runs = new Map<string, string>();
  const simulators: Simulator[] = [];
  let endpoints: BrokenEndpoints;

  const begin = async (name: string, baseUrl: string, more: JsonObject = {}) => {
    const backend = backendOf(name);
    await addBackend(system(), backend, baseUrl, more);
    runs.set(name, await submit(system(), { ...TASK, backend }));
  };
  const endOf = (name: string) => ended(system(), runs.get(name) ?? '', 60_000);

  beforeAll(async () => {
    endpoints = await BrokenEndpoints.start();
    const faulty = await startSimulator();
    simulators.push(faulty);
    for (const api of APIS) {
      for (const [fault] of LASTING)
        await begin(`${fault} ${api}`, `${faulty.url}/v1`, { api, model: `switchyard-simulator+${fault}` });
    }
    for (const fault of PASSING) {
      const passing = await startSimulator({ faults: [fault] });
      simulators.push(passing);
      await begin(`passing ${fault.fault}`, `${passing.url}/v1`);
    }
    for (const [way] of BROKEN) await begin(way, endpoints.url(way), { api_key_env: 'MODEL_SECRET' });
    await begin('closed port', `http://127.0.0.1:${await freePort()}/v1`);
    await begin('no such host', 'http://no-such-host.invalid/v1');
    await begin('no key', endpoints.url('no-key'), { api_key_env: 'MODEL_KEY_THAT_IS_NOT_SET' });
    await begin('unknown tool', `${faulty.url}/v1`, { model: 'switchyard-simulator+quirk-unknown-tool' });
    await begin('no arguments', `${faulty.url}/v1`, { model: 'switchyard-simulator+quirk-arguments-missing' });
  });
  afterAll(async () => {
    await Promise.all([endpoints?.close(), ...simulators.map((simulator) => simulator.close())]);
  });

  describe.each(APIS)('an endpoint that lastingly fails, over %s', (api) => {
    it.each(LASTING)(
      'with %s ends the run with %s after %d requests',
      async (fault, code, attempts) => {
        const run = await endOf(`${fault} ${api}`);
        const backend = backendOf(`${fault} ${api}`);
        expect(run).toMatchObject({ status: 'failed', error: { code, details: { backend, attempts } } });
        expect(String((run['error'] as JsonObject)['message'])).toMatch(/\w+ \w+/);
        expect(await entriesOf(system(), String(run['run_id']), 'run_failed')).toHaveLength(1);
      },
      90_000,
    );
  });

  it.each(PASSING)(
    'one that fails with $fault $times times costs requests, not the run',
    async ({ fault, times = 0 }) => {
      const run = await endOf(`passing ${fault}`);
      expect(run).toMatchObject({ status: 'completed', output: '6 * 7 = 42' });
      const [first] = await entriesOf(system(), String(run['run_id']), 'model_turn_completed');
      expect(first).toMatchObject({ attempts: times + 1 });
    },
    90_000,
  );

  it.each(BROKEN)(
    'one that is %s ends the run with %s',
    async (way, code) => {
      const run = await endOf(way);
      expect(run).toMatchObject({ status: 'failed', error: { code } });
      expect(JSON.stringify(run)).not.toContain(system().env['MODEL_SECRET']);
    },
    90_000,
  );

  it('one that is down, or not there, or without a key, ends the run saying so', async () => {
    expect(await endOf('closed port')).toMatchObject({
      status: 'failed',
      error: { code: 'model.unreachable', message: expect.stringContaining('127.0.0.1') },
    });
    expect(await endOf('no such host')).toMatchObject({
      status: 'failed',
      error: { code: 'model.unreachable', message: expect.stringContaining('no-such-host.invalid') },
    });
    expect(await endOf('no key')).toMatchObject({
      status: 'failed',
      error: { code: 'model.key_missing', message: expect.stringContaining('MODEL_KEY_THAT_IS_NOT_SET') },
    });
    expect(endpoints.asked['no-key']).toBeUndefined();
  });

  it('a model that calls a tool that is not there is told so, and given up after three turns', async () => {
    const run = await endOf('unknown tool');
    expect(run).toMatchObject({ status: 'failed', turns: 3, error: { code: 'model.invalid_calls' } });
    const settled = await entriesOf(system(), String(run['run_id']), 'tool_call_settled');
    expect(settled.map(({ result }) => (result as JsonObject)['status'])).toEqual(['error', 'error', 'error']);
  });

  it('a model that leaves out arguments is told so, tries again, and is given up after three turns', async () => {
    const run = await endOf('no arguments');
    expect(run).toMatchObject({ status: 'failed', turns: 3, error: { code: 'model.invalid_calls' } });
    const settled = await entriesOf(system(), String(run['run_id']), 'tool_call_settled');
    expect(settled.map(({ result }) => (result as JsonObject)['status'])).toEqual(['error', 'error', 'error']);
    expect(JSON.stringify(settled[0])).toContain('expression');
  });

  it('the failure is the same in the run, its stream, and at the command line', async () => {
    const name = '401 openai-chat';
    const runId = runs.get(name) ?? '';
    await endOf(name);
    const { error } = await runOf(system(), runId);
    const events = await wholeStream(system(), runId);
    expect(events.at(-1)).toMatchObject({
      event: 'RunFailed',
      data: { run_failed: { error: { code: 'model.auth' } } },
    });
    expect((events.at(-1)?.data['run_failed'] as JsonObject)['error']).toMatchObject({
      message: (error as JsonObject)['message'],
    });
    for (const args of [
      ['runs', 'watch', runId],
      ['run', '--backend', backendOf(name), TASK.input],
    ]) {
      const result = await switchyard(system(), args);
      expect(result.code).toBe(1);
      expect(result.stderr).toContain('[model.auth]');
    }
    const shown = await switchyard(system(), ['runs', 'show', runId]);
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('[model.auth]') });
  });

  it('the backend is shown as failing with its last error', async () => {
    await endOf('401 openai-chat');
    const backend = await rest(system(), 'GET', `/v1/backends/${backendOf('401 openai-chat')}`);
    expect(backend.body).toMatchObject({ health: { status: 'failing', last_error: { code: 'model.auth' } } });
  });

  /** The doctor runs after all of it. */
  it('the doctor says that backends are failing, and which', async () => {
    const result = await switchyard(system(), ['doctor']);
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(new RegExp(`Backends .*${backendOf('401 openai-chat')} \\(simulator\\) failing`));
    expect(result.stdout).toMatch(/x-[\w-]+: \w+/);
    expect(result.stdout).toContain('checks failed');
  });
}

/** After "simulator" in the alphabet, so that only tasks that name it get it. */
function backendOf(name: string): string {
  return `x-${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}`;
}
