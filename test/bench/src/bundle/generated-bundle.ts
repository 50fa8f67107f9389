import { BUNDLE_FORMAT, BUNDLE_VERSION, BundleTally, trailerLine } from '@switchyard/contracts';

/** Of each run: accepted, a turn with a call, the call asked for, its result, a turn, the end. */
const ENTRIES = [
  { run_accepted: { agent_version: 'sha256:bench', backend: 'simulator', input: 'What is 17% of 2340?' } },
  { model_turn_completed: { turn: 1, backend: 'simulator', message: { role: 'assistant', parts: [] }, attempts: 1 } },
  { tool_calls_requested: { calls: [{ call_id: 'call_1', tool: 'calculator', effect: 'pure', pool: 'default' }] } },
  { tool_call_settled: { tool: 'calculator', result: { call_id: 'call_1', status: 'ok' } } },
  { model_turn_completed: { turn: 2, backend: 'simulator', message: { role: 'assistant', parts: [] }, attempts: 1 } },
  { run_completed: { output: '397.8', backend: 'simulator', turns: 2, tool_calls: 1 } },
];
const AT = '2026-11-27T12:00:00+00:00';
/** Of a tenant that has nothing but runs: what they name is left out. */
const HEADER = {
  ...{ format: BUNDLE_FORMAT, version: BUNDLE_VERSION, created_at: AT, platform_version: 'bench' },
  ...{ without: ['agents', 'tools'], counts: {} },
};

/** A bundle of so many runs and their outcomes, not packed. Records: eight a run. */
export async function* generatedBundle(tenant: string, runs: number): AsyncGenerator<Uint8Array> {
  const tally = new BundleTally();
  const line = (value: object, kind?: string): string => {
    const text = `${JSON.stringify(value)}\n`;
    tally.add(text, kind);
    return text;
  };
  const record = (kind: string, data: object): string => line({ kind, data }, kind);
  const ids = Array.from({ length: runs }, (_, n) => `run_bench${String(n).padStart(21, '0')}`);
  yield Buffer.from(line({ ...HEADER, tenant }));
  for (const id of ids) {
    const run = record('run', runOf(id));
    const entries = ENTRIES.map((body, index) =>
      record('entry', {
        tenant,
        run_id: id,
        seq: index + 1,
        time: AT,
        actor: 'bench',
        agent: 'bench',
        version: 2,
        ...body,
      }),
    );
    yield Buffer.from(run + entries.join(''));
    // A generator that is never awaited holds up everything else.
    await Promise.resolve();
  }
  for (const id of ids) yield Buffer.from(record('outcome', outcomeOf(id)));
  yield Buffer.from(`${trailerLine(tally.trailer())}\n`);
}

function runOf(id: string): object {
  return {
    ...{
      run_id: id,
      task_id: id.replace('run', 'task'),
      idempotency_key: id,
      agent: 'bench',
      agent_version: 'sha256:bench',
    },
    ...{ backend: 'simulator', routing_reason: '', switches: [], thread: '', user_id: '', status: 'completed' },
    ...{
      parked_reason: '',
      parked_calls: [],
      wake_at: null,
      approvals: 0,
      priority: '',
      parent_run_id: '',
      root_run_id: id,
    },
    ...{ parent: null, fork: null, seq: ENTRIES.length, turns: 2, tool_calls: 1, retries: 0, repairs: 0, overrides: 0 },
    ...{
      first_token_ms: 80,
      usage: { inputTokens: 900, outputTokens: 20 },
      cost_usd: 0.001,
      configuration: 'sha256:bench',
    },
    ...{
      tree_usage: {},
      tree_cost_usd: 0.001,
      limits: {},
      metadata: {},
      input: 'What is 17% of 2340?',
      output: '397.8',
    },
    ...{ handed_over_to: '', error: null, trace_id: '', created_at: AT, updated_at: AT, ended_at: AT },
  };
}

function outcomeOf(id: string): object {
  return {
    ...{
      run_id: id,
      task_id: id.replace('run', 'task'),
      agent: 'bench',
      agent_version: 'sha256:bench',
      backend: 'simulator',
    },
    ...{
      configuration: 'sha256:bench',
      status: 'completed',
      error: null,
      usage: null,
      cost_usd: 0.001,
      duration_ms: 900,
    },
    ...{ turns: 2, tool_calls: 1, ended_at: AT },
  };
}
