import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EvaluatorService,
  fromValue,
  MemoryService,
  RouterService,
  SwitchyardError,
  timestampFromDate,
  ToolHostService,
  toValue,
} from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { startGateway, type TestGateway } from './testing/gateway.fixture.js';

const run = {
  runId: 'run_1',
  taskId: 'task_1',
  tenant: 'acme',
  agent: 'a',
  status: 'completed',
  output: toValue('42'),
  costUsd: 0.5,
  seq: 3,
};
const agent = { version: 'sha256:1', tenant: 'acme', number: 1, definition: { name: 'a' } };
const backend = { name: 'b', baseUrl: 'http://b', api: 'openai-chat', model: 'm' };

describe('the REST interface', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('refuses a query with a NUL character, which no database takes', async () => {
    const answer = await gateway.request('GET', '/v1/runs?agent=a%00b');
    expect([answer.status, code(answer)]).toEqual([400, 'contract.invalid']);
    expect(answer.text).toContain('has a NUL character');
  });

  it('refuses a page before what is no run', async () => {
    const answer = await gateway.request('GET', '/v1/runs?before=xx');
    expect([answer.status, code(answer)]).toEqual([400, 'contract.invalid']);
    expect(answer.text).toContain('is no run_id');
  });

  it('refuses a body that is encoded, by the name of its encoding', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await gateway.request('POST', '/v1/tasks', { raw: '{}', headers });
    expect([answer.status, code(answer)]).toEqual([415, 'http.unsupported_media_type']);
    expect(answer.text).toContain('gzip');
  });

  describe('tasks', () => {
    it('accepts a task for the tenant of the key and answers 202 with its ids', async () => {
      const asked = gateway.services.answer(RouterService.method.submit, () => ({ taskId: 'task_1', runId: 'run_1' }));
      const body = { agent: 'a', input: { deep: [1, null] }, thread: 't', idempotency_key: 'k', backend: 'b' };
      const answer = await gateway.request('POST', '/v1/tasks', { body, key: 'sy_runner' });
      expect(answer.status).toBe(202);
      expect(answer.json).toEqual({ task_id: 'task_1', run_id: 'run_1', duplicate: false, joined: false });
      expect(asked[0]).toMatchObject({ tenant: 'acme', agent: 'a', thread: 't', idempotencyKey: 'k', backend: 'b' });
    });

    it('takes the idempotency key from its header too, and refuses two that differ', async () => {
      const asked = gateway.services.answer(RouterService.method.submit, () => ({
        taskId: 't',
        runId: 'r',
        duplicate: true,
      }));
      const headers = { 'idempotency-key': 'k1' };
      expect(
        (await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' }, headers })).json['duplicate'],
      ).toBe(true);
      expect(asked[0]?.idempotencyKey).toBe('k1');
      const both = await gateway.request('POST', '/v1/tasks', {
        body: { agent: 'a', input: 'x', idempotency_key: 'k2' },
        headers,
      });
      expect([both.status, code(both)]).toEqual([400, 'contract.invalid']);
    });

    it('understands a bare curl -d, which names no JSON', async () => {
      gateway.services.answer(RouterService.method.submit, () => ({ taskId: 't', runId: 'r' }));
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      expect((await gateway.request('POST', '/v1/tasks', { raw: '{"agent":"a","input":"x"}', headers })).status).toBe(
        202,
      );
    });

    it('answers with the run when it ends within the time waited', async () => {
      let status = 'running';
      gateway.services.answer(RouterService.method.submit, () => ({ taskId: 'task_1', runId: 'run_1' }));
      const looked = gateway.services.answer(RouterService.method.getRun, () => ({ ...run, status }));
      const answered = gateway.request('POST', '/v1/tasks?wait=20', { body: { agent: 'a', input: 'x' } });
      await waitFor(() => looked.length > 0);
      status = 'completed';
      const body = { tenant: 'acme', run_id: 'run_1', seq: 3, run_completed: {} };
      gateway.bus.nc.publish(gateway.bus.subjects.event('acme', 'run_1', 'RunCompleted'), JSON.stringify(body));
      const answer = await answered;
      expect(answer.status).toBe(200);
      expect(answer.json).toMatchObject({ run_id: 'run_1', status: 'completed', output: '42', cost: 0.5 });
    });

    it('answers 202 when the run does not end within the time waited', async () => {
      gateway.services.answer(RouterService.method.submit, () => ({ taskId: 'task_1', runId: 'run_1' }));
      gateway.services.answer(RouterService.method.getRun, () => ({ ...run, status: 'running' }));
      const answer = await gateway.request('POST', '/v1/tasks?wait=0.05', { body: { agent: 'a', input: 'x' } });
      expect([answer.status, answer.json['run_id']]).toEqual([202, 'run_1']);
    });
  });

  describe('runs', () => {
    it('shows a run with the fields of its fixed form, zeros included', async () => {
      const asked = gateway.services.answer(RouterService.method.getRun, () => ({
        ...run,
        usage: { inputTokens: 5 },
        configuration: 'sha256:c',
      }));
      const { status, json } = await gateway.request('GET', '/v1/runs/run_1', { key: 'sy_reader' });
      expect(status).toBe(200);
      expect(asked[0]).toMatchObject({ tenant: 'acme', runId: 'run_1' });
      expect(json).toMatchObject({
        run_id: 'run_1',
        status: 'completed',
        output: '42',
        cost: 0.5,
        cost_usd: 0.5,
        configuration: 'sha256:c',
        turns: 0,
      });
      expect(json['usage']).toMatchObject({ input_tokens: 5, output_tokens: 0 });
    });

    it('lists runs as asked', async () => {
      const asked = gateway.services.answer(RouterService.method.listRuns, () => ({ runs: [run], more: true }));
      const answer = await gateway.request('GET', '/v1/runs?agent=a&status=completed&limit=7&before=run_9&thread=t');
      expect(answer.json).toEqual({ runs: [expect.objectContaining({ run_id: 'run_1', cost: 0.5 })], more: true });
      expect(asked[0]).toMatchObject({
        tenant: 'acme',
        agent: 'a',
        status: 'completed',
        limit: 7,
        before: 'run_9',
        thread: 't',
      });
    });

    it('cancels a run in the name of the key, with or without a reason', async () => {
      const asked = gateway.services.answer(RouterService.method.cancel, () => ({ ...run, status: 'cancelled' }));
      expect(
        (await gateway.request('POST', '/v1/runs/run_1/cancel', { body: { reason: 'enough' } })).json['status'],
      ).toBe('cancelled');
      expect((await gateway.request('POST', '/v1/runs/run_1/cancel')).status).toBe(200);
      expect(asked).toMatchObject([
        { tenant: 'acme', runId: 'run_1', reason: 'enough', actor: 'user:admin' },
        { reason: '' },
      ]);
    });

    it('moves a run to another backend in the name of the key', async () => {
      const switches = [{ seq: 2, from: 'sim', to: 'glm', reason: 'slow' }];
      const moved = { ...run, backend: 'glm', switches };
      const asked = gateway.services.answer(RouterService.method.switchRun, () => moved);
      const body = { backend: 'glm', reason: 'slow', now: true };
      const answer = await gateway.request('POST', '/v1/runs/run_1/switch', { body });
      expect([answer.status, answer.json]).toMatchObject([200, { backend: 'glm', switches }]);
      expect(asked).toMatchObject([{ tenant: 'acme', runId: 'run_1', actor: 'user:admin', ...body }]);
      const without = await gateway.request('POST', '/v1/runs/run_1/switch', { body: {} });
      expect([without.status, without.text]).toEqual([400, expect.stringContaining('backend')]);
    });

    it('says something to a run, or answers it, in the name of the key', async () => {
      const asked = gateway.services.answer(RouterService.method.sendInput, () => run);
      const body = { input: { colour: 'red' }, call_id: 'call_1', idempotency_key: 'k' };
      expect((await gateway.request('POST', '/v1/runs/run_1/input', { body })).status).toBe(200);
      expect(asked).toMatchObject([
        { tenant: 'acme', runId: 'run_1', callId: 'call_1', idempotencyKey: 'k', actor: 'user:admin' },
      ]);
      expect(fromValue(asked[0]?.input)).toEqual({ colour: 'red' });
      const refused = await gateway.request('POST', '/v1/runs/run_1/input', { body: { ...body, actor: 'user:boss' } });
      expect([refused.status, code(refused)]).toEqual([400, 'contract.malformed']);
      gateway.services.answer(RouterService.method.sendInput, () => {
        throw new SwitchyardError('run.asks_nothing', 'It asks nothing.');
      });
      expect((await gateway.request('POST', '/v1/runs/run_1/input', { body })).status).toBe(409);
    });

    it('lists what waits for a person, and decides it in the name of the key', async () => {
      const waiting = { runId: 'run_1', callId: 'call_1', tool: 'pay', arguments: { amount: 5 } };
      const listed = gateway.services.answer(RouterService.method.listApprovals, () => ({ approvals: [waiting] }));
      const found = await gateway.request('GET', '/v1/approvals?run_id=run_1&limit=5');
      expect(found.json).toMatchObject({ approvals: [{ call_id: 'call_1', arguments: { amount: 5 } }], more: false });
      expect(listed).toMatchObject([{ tenant: 'acme', runId: 'run_1', limit: 5 }]);
      const asked = gateway.services.answer(RouterService.method.resolveApproval, () => run);
      const body = { decision: 'edited', arguments: { amount: 3 }, reason: 'less' };
      expect((await gateway.request('POST', '/v1/runs/run_1/approvals/call_1', { body })).status).toBe(200);
      expect(asked).toMatchObject([{ tenant: 'acme', runId: 'run_1', callId: 'call_1', actor: 'user:admin', ...body }]);
      const strange = await gateway.request('POST', '/v1/runs/run_1/approvals/call_1', { body: { decision: 'maybe' } });
      expect([strange.status, code(strange)]).toEqual([400, 'contract.invalid']);
      gateway.services.answer(RouterService.method.resolveApproval, () => {
        throw new SwitchyardError('approval.not_waiting', 'It waits for nobody.');
      });
      expect((await gateway.request('POST', '/v1/runs/run_1/approvals/call_1', { body })).status).toBe(409);
    });

    it('forks a run in the name of the key, as asked or with nothing said', async () => {
      const asked = gateway.services.answer(RouterService.method.forkRun, () => ({ taskId: 'task_2', runId: 'run_2' }));
      const body = { seq: 4, backend: 'glm', agent_version: 'current', input: { a: 1 }, idempotency_key: 'k' };
      const answer = await gateway.request('POST', '/v1/runs/run_1/fork', { body, key: 'sy_runner' });
      expect([answer.status, answer.json]).toMatchObject([202, { run_id: 'run_2', duplicate: false }]);
      expect((await gateway.request('POST', '/v1/runs/run_1/fork')).status).toBe(202);
      expect(asked).toMatchObject([
        { tenant: 'acme', runId: 'run_1', seq: 4, backend: 'glm', agentVersion: 'current', actor: 'user:runner' },
        { runId: 'run_1', seq: 0, backend: '', actor: 'user:admin' },
      ]);
      expect((await gateway.request('POST', '/v1/runs/run_1/fork', { key: 'sy_reader' })).status).toBe(403);
    });

    it('replays a run: its state at an entry, and its steps', async () => {
      const state = gateway.services.answer(RouterService.method.getRunState, () => ({ runId: 'run_1', seq: 2 }));
      const steps = gateway.services.answer(RouterService.method.listRunSteps, () => ({ steps: [{ seq: 3 }] }));
      const shown = await gateway.request('GET', '/v1/runs/run_1/state?seq=2', { key: 'sy_reader' });
      expect([shown.status, shown.json]).toMatchObject([200, { seq: 2, forkable: false, messages: [] }]);
      const listed = await gateway.request('GET', '/v1/runs/run_1/steps?after_seq=2&limit=5');
      expect(listed.json).toMatchObject({ steps: [{ seq: 3, open_calls: [] }], more: false });
      expect([state[0], steps[0]]).toMatchObject([
        { tenant: 'acme', runId: 'run_1', seq: 2 },
        { tenant: 'acme', runId: 'run_1', afterSeq: 2, limit: 5 },
      ]);
    });

    it('shows the outcome that the evaluator recorded', async () => {
      gateway.services.answer(EvaluatorService.method.getOutcome, ({ runId }) => ({ runId, status: 'completed' }));
      expect((await gateway.request('GET', '/v1/runs/run_1/outcome')).json).toMatchObject({
        run_id: 'run_1',
        scores: [],
      });
    });

    it('lists the journal as JSON', async () => {
      const events = [
        { tenant: 'acme', runId: 'run_1', seq: 3, body: { case: 'runCompleted', value: { costUsd: 1 } } },
      ] as const;
      const asked = gateway.services.answer(RouterService.method.listEvents, () => ({ events: [...events] }));
      const headers = { accept: 'application/json' };
      const answer = await gateway.request('GET', '/v1/runs/run_1/events?after_seq=2&limit=5', { headers });
      expect(answer.json).toEqual({
        events: [expect.objectContaining({ seq: 3, run_completed: expect.objectContaining({ cost_usd: 1 }) })],
        more: false,
      });
      expect(asked[0]).toMatchObject({ tenant: 'acme', runId: 'run_1', afterSeq: 2, limit: 5 });
    });
  });

  describe('agents', () => {
    it('applies a definition from JSON and from YAML alike', async () => {
      const asked = gateway.services.answer(RouterService.method.applyAgent, () => ({
        version: agent,
        outcome: 'created',
      }));
      const fromJson = await gateway.request('POST', '/v1/agents', { body: { name: 'a', tools: ['x'] } });
      const headers = { 'content-type': 'application/yaml' };
      const fromYaml = await gateway.request('POST', '/v1/agents', { raw: 'name: a\ntools: [x]\n', headers });
      expect(fromJson.json).toMatchObject({ outcome: 'created', version: { number: 1 } });
      expect(fromYaml.status).toBe(200);
      expect(asked[1]?.definition).toEqual(asked[0]?.definition);
      expect(asked[0]?.tenant).toBe('acme');
    });

    it('says in which line and column YAML does not parse', async () => {
      const headers = { 'content-type': 'text/yaml' };
      const answer = await gateway.request('POST', '/v1/agents', { raw: 'name: a\ntools: [x\n', headers });
      expect([answer.status, code(answer)]).toEqual([400, 'contract.malformed']);
      expect(details(answer)).toMatchObject({ syntax: 'YAML', line: expect.any(Number), column: expect.any(Number) });
    });

    it('lists, shows, compares and shows versions', async () => {
      gateway.services.answer(RouterService.method.listAgents, () => ({ agents: [agent] }));
      const one = gateway.services.answer(RouterService.method.getAgent, () => agent);
      gateway.services.answer(RouterService.method.listAgentVersions, () => ({ agents: [agent] }));
      gateway.services.answer(RouterService.method.diffAgent, () => ({
        fromVersion: 'x',
        changes: [{ path: 'name', after: toValue('b') }],
      }));
      expect((await gateway.request('GET', '/v1/agents')).json['agents']).toHaveLength(1);
      expect((await gateway.request('GET', '/v1/agents/a?version=2')).json).toMatchObject({ number: 1 });
      expect(one[0]).toMatchObject({ tenant: 'acme', name: 'a', version: '2' });
      expect((await gateway.request('GET', '/v1/agents/a/versions')).json['agents']).toHaveLength(1);
      const diff = await gateway.request('POST', '/v1/agents/diff', { body: { name: 'a' }, key: 'sy_reader' });
      expect(diff.json).toMatchObject({ changes: [{ path: 'name', after: 'b' }] });
    });
  });

  describe('backends', () => {
    it('adds, lists, shows and removes', async () => {
      const applied = gateway.services.answer(RouterService.method.applyBackend, (input) => input);
      gateway.services.answer(RouterService.method.listBackends, () => ({
        backends: [{ ...backend, simulated: true }],
      }));
      gateway.services.answer(RouterService.method.getBackend, () => backend);
      const removed = gateway.services.answer(RouterService.method.removeBackend, () => ({}));
      const body = { name: 'b', base_url: 'http://b', api: 'openai-chat', model: 'm' };
      expect((await gateway.request('POST', '/v1/backends', { body })).json).toMatchObject(body);
      expect(applied[0]?.baseUrl).toBe('http://b');
      expect((await gateway.request('GET', '/v1/backends')).json['backends']).toEqual([
        expect.objectContaining({ simulated: true }),
      ]);
      expect((await gateway.request('GET', '/v1/backends/b')).json['name']).toBe('b');
      expect((await gateway.request('DELETE', '/v1/backends/b')).json).toEqual({});
      expect(removed[0]?.name).toBe('b');
    });

    it('does not let health be set from outside', async () => {
      const body = { name: 'b', base_url: 'http://b', api: 'openai-chat', model: 'm', health: { status: 'healthy' } };
      const answer = await gateway.request('POST', '/v1/backends', { body });
      expect([answer.status, code(answer)]).toEqual([400, 'contract.malformed']);
      expect(message(answer)).toContain('health');
    });
  });

  describe('tools', () => {
    it('lists tools by name and calls one by hand with a call id of its own', async () => {
      const listed = gateway.services.answer(ToolHostService.method.listTools, () => ({
        tools: [{ name: 'calculator' }],
      }));
      const called = gateway.services.answer(ToolHostService.method.callTool, ({ callId }) => ({
        callId,
        status: 'ok',
        content: [{ type: 'text', text: '4' }],
      }));
      expect((await gateway.request('GET', '/v1/tools?names=calculator,%20mcp.*')).json['tools']).toHaveLength(1);
      expect(listed[0]).toMatchObject({ tenant: 'acme', names: ['calculator', 'mcp.*'] });
      const answer = await gateway.request('POST', '/v1/tools/calculator/call', {
        body: { arguments: { expression: '2+2' } },
        key: 'sy_runner',
      });
      expect(answer.json).toMatchObject({ status: 'ok', content: [{ type: 'text', text: '4' }], repeated_call: false });
      expect(called[0]).toMatchObject({ tenant: 'acme', tool: 'calculator', arguments: { expression: '2+2' } });
      expect(called[0]?.callId).toMatch(/^call_/);
    });

    it('keeps a call id that is given, so that a repeated request runs the tool once', async () => {
      const called = gateway.services.answer(ToolHostService.method.callTool, ({ callId }) => ({
        callId,
        status: 'ok',
      }));
      await gateway.request('POST', '/v1/tools/my-tool/call', { body: { call_id: 'call_x' } });
      expect(called[0]?.callId).toBe('call_x');
    });

    it('adds, lists and removes tool servers', async () => {
      gateway.services.answer(ToolHostService.method.applyServer, (input) => ({ ...input, status: 'connected' }));
      gateway.services.answer(ToolHostService.method.listServers, () => ({
        servers: [{ name: 's', kind: 'mcp-stdio' }],
      }));
      const removed = gateway.services.answer(ToolHostService.method.removeServer, () => ({}));
      const body = { name: 's', kind: 'mcp-stdio', command: 'node' };
      expect((await gateway.request('POST', '/v1/tool-servers', { body })).json).toMatchObject({ status: 'connected' });
      expect((await gateway.request('GET', '/v1/tool-servers')).json['servers']).toHaveLength(1);
      expect((await gateway.request('DELETE', '/v1/tool-servers/s')).status).toBe(200);
      expect(removed[0]?.name).toBe('s');
    });
  });

  describe('memory', () => {
    it('remembers in the scope of the tenant, from the user', async () => {
      const asked = gateway.services.answer(MemoryService.method.remember, ({ scope, text }) => ({
        id: 'mem_1',
        ...(scope ? { scope } : {}),
        text,
      }));
      const body = { text: 'Tea, not coffee', scope: { user: 'u' }, tags: ['taste'] };
      expect((await gateway.request('POST', '/v1/memories', { body, key: 'sy_runner' })).json).toMatchObject({
        id: 'mem_1',
        text: 'Tea, not coffee',
      });
      expect(asked[0]).toMatchObject({
        scope: { tenant: 'acme', user: 'u' },
        provenance: { source: 'user', actor: 'user:runner' },
        tags: ['taste'],
      });
    });

    it('lets nobody put words into the mouth of a run or of somebody else', async () => {
      const asked = gateway.services.answer(MemoryService.method.remember, () => ({ id: 'mem_1' }));
      const say = (provenance: object) =>
        gateway.request('POST', '/v1/memories', { body: { text: 'Tea', provenance }, key: 'sy_runner' });
      expect((await say({ source: 'tool', actor: 'user:root' })).status).toBe(200);
      expect(asked).toMatchObject([{ provenance: { source: 'user', actor: 'user:runner' } }]);
      for (const part of [{ run_id: 'run_1' }, { call_id: 'call_1' }, { seq: 1 }]) {
        const [field = ''] = Object.keys(part);
        const refused = await say({ source: 'tool', ...part });
        expect([refused.status, code(refused)]).toEqual([400, 'contract.invalid']);
        expect(details(refused)).toEqual({ field: `provenance.${field}` });
      }
      expect(asked).toHaveLength(1);
    });

    it('recalls by GET and by POST alike, lists and forgets', async () => {
      const asked = gateway.services.answer(MemoryService.method.recall, () => ({
        memories: [{ memory: { id: 'mem_1' }, score: 0.9 }],
      }));
      const listed = gateway.services.answer(MemoryService.method.listMemories, () => ({
        memories: [{ id: 'mem_1' }],
      }));
      gateway.services.answer(MemoryService.method.forget, ({ id }) => ({ id }));
      await gateway.request('GET', '/v1/memories/search?query=tea&user=u&limit=3');
      const posted = await gateway.request('POST', '/v1/memories/search', {
        body: { query: 'tea', scope: { user: 'u' }, limit: 3 },
      });
      expect(posted.json['memories']).toEqual([expect.objectContaining({ score: 0.9 })]);
      expect(asked[0]).toEqual(asked[1]);
      await gateway.request('GET', '/v1/memories?agent=a&before=mem_9');
      expect(listed[0]).toMatchObject({ scope: { tenant: 'acme', agent: 'a' }, before: 'mem_9' });
      expect((await gateway.request('DELETE', '/v1/memories/mem_1')).json).toMatchObject({ id: 'mem_1' });
    });
  });

  describe('evaluations', () => {
    it('starts from JSON, and from a suite as its YAML file has it', async () => {
      const asked = gateway.services.answer(EvaluatorService.method.startEvaluation, () => ({
        id: 'eval_1',
        status: 'running',
      }));
      const suite = { name: 's', agent: 'a', cases: [{ input: 'x' }] };
      const first = await gateway.request('POST', '/v1/evaluations', { body: { suite, backend: 'b', repeats: 2 } });
      expect([first.status, first.json['id']]).toEqual([202, 'eval_1']);
      const headers = { 'content-type': 'application/yaml' };
      await gateway.request('POST', '/v1/evaluations?backend=b&repeats=2', {
        raw: 'name: s\nagent: a\ncases:\n  - input: x\n',
        headers,
      });
      expect(asked[0]).toMatchObject({ tenant: 'acme', suite, backend: 'b', repeats: 2 });
      const paged = gateway.services.answer(EvaluatorService.method.getEvaluation, () => ({ id: 'eval_1' }));
      await gateway.request('GET', '/v1/evaluations/eval_1?offset=500&limit=20');
      expect(paged[0]).toMatchObject({ tenant: 'acme', id: 'eval_1', offset: 500, limit: 20 });
      expect(asked[1]).toEqual(asked[0]);
    });

    it('compares two, by the baseline, margin and scorers that were asked for', async () => {
      const asked = gateway.services.answer(EvaluatorService.method.compareEvaluations, ({ candidate }) => ({
        verdict: 'PASS',
        candidate: { id: candidate },
      }));
      const compared = await gateway.request(
        'GET',
        '/v1/evaluations/eval_2/comparison?baseline=eval_1&margin=0.1&alpha=0.01&scorer=exact&scorer=cost',
      );
      expect(compared.json).toMatchObject({ verdict: 'PASS', candidate: { id: 'eval_2' } });
      const question = { tenant: 'acme', candidate: 'eval_2', baseline: 'eval_1' };
      expect(asked[0]).toMatchObject({ ...question, margin: 0.1, alpha: 0.01, scorers: ['exact', 'cost'] });
      await gateway.request('GET', '/v1/evaluations/eval_2/comparison');
      expect([asked[1]?.baseline, asked[1]?.margin, asked[1]?.scorers]).toEqual(['', undefined, []]);
      const wrong = await gateway.request('GET', '/v1/evaluations/eval_2/comparison?margin=much');
      expect([wrong.status, asked.length]).toEqual([400, 2]);
    });

    it('drafts cases of the own tenant, and refuses what no run can be', async () => {
      const asked = gateway.services.answer(EvaluatorService.method.draftCases, () => ({
        cases: [{ id: 'run_1', input: { to: '[email-1]' }, tags: ['recorded'] }],
        redacted: { email: 1 },
        next: 'run_1',
      }));
      const body = { agent: 'a', min_rating: 0.5, redact: ['email'], before: 'run_2' };
      expect((await gateway.request('POST', '/v1/suites/draft', { body })).json).toEqual({
        ...{ cases: [{ id: 'run_1', input: { to: '[email-1]' }, tags: ['recorded'] }], redacted: { email: 1 } },
        ...{ left_out: {}, next: 'run_1' },
      });
      expect(asked[0]).toMatchObject({
        tenant: 'acme',
        agent: 'a',
        minRating: 0.5,
        redact: ['email'],
        before: 'run_2',
      });
      for (const wrong of [
        {},
        { agent: 'a', status: 'running' },
        { agent: 'a', limit: -1 },
        { agent: 'a', all: true },
      ]) {
        expect((await gateway.request('POST', '/v1/suites/draft', { body: wrong })).status).toBe(400);
      }
      const other = { agent: 'a', tenant: 'other' };
      expect((await gateway.request('POST', '/v1/suites/draft', { body: other })).status).toBeGreaterThanOrEqual(400);
      expect(asked).toHaveLength(1);
    });

    it('shows, lists, cancels, and shows configurations', async () => {
      gateway.services.answer(EvaluatorService.method.getEvaluation, ({ id }) => ({ id }));
      gateway.services.answer(EvaluatorService.method.listEvaluations, () => ({ evaluations: [{ id: 'eval_1' }] }));
      gateway.services.answer(EvaluatorService.method.cancelEvaluation, ({ id }) => ({ id, status: 'cancelled' }));
      const asked = gateway.services.answer(EvaluatorService.method.listConfigurations, () => ({
        configurations: [{ agent: 'a', runs: 3 }],
      }));
      expect((await gateway.request('GET', '/v1/evaluations/eval_1')).json['id']).toBe('eval_1');
      expect((await gateway.request('GET', '/v1/evaluations')).json['evaluations']).toHaveLength(1);
      expect((await gateway.request('POST', '/v1/evaluations/eval_1/cancel')).json['status']).toBe('cancelled');
      expect((await gateway.request('GET', '/v1/configurations?agent=a')).json['configurations']).toEqual([
        expect.objectContaining({ runs: 3 }),
      ]);
      expect(asked[0]).toMatchObject({ tenant: 'acme', agent: 'a' });
    });

    it('shows the judges', async () => {
      const asked = gateway.services.answer(EvaluatorService.method.listJudges, () => ({ judges: [{ scorer: 's' }] }));
      const { json } = await gateway.request('GET', '/v1/judges?scorer=s');
      expect(json['judges']).toEqual([expect.objectContaining({ scorer: 's' })]);
      expect(asked[0]).toMatchObject({ tenant: 'acme', scorer: 's' });
    });
  });

  describe('keys and the system', () => {
    it('makes, lists and revokes keys', async () => {
      const made = gateway.services.answer(RouterService.method.createKey, ({ name, scopes }) => ({
        key: { id: 'key_1', name, scopes },
        secret: 'sy_new',
      }));
      gateway.services.answer(RouterService.method.listKeys, () => ({ keys: [{ id: 'key_1' }] }));
      const now = timestampFromDate(new Date());
      gateway.services.answer(RouterService.method.revokeKey, ({ id }) => ({ id, revokedAt: now }));
      const answer = await gateway.request('POST', '/v1/keys', { body: { name: 'ci', scopes: ['run'] } });
      expect(answer.json).toMatchObject({ secret: 'sy_new', key: { id: 'key_1', scopes: ['run'] } });
      expect(made[0]?.tenant).toBe('acme');
      expect((await gateway.request('GET', '/v1/keys')).text).not.toContain('secret');
      expect((await gateway.request('DELETE', '/v1/keys/key_1')).json).toMatchObject({
        id: 'key_1',
        revoked_at: expect.any(String),
      });
      const odd = await gateway.request('POST', '/v1/keys', { body: { name: 'ci', scopes: ['root'] } });
      expect([odd.status, code(odd)]).toEqual([400, 'contract.invalid']);
    });

    it('shows a dead letter, and redrives one or all that a filter has in the name of the key', async () => {
      gateway.services.answer(RouterService.method.getDeadLetter, ({ kind, id }) => ({ kind, id, advice: 'x' }));
      const asked = gateway.services.answer(RouterService.method.redrive, () => ({
        letters: [{ kind: 'run', id: 'run_1', runId: 'run_2' }],
      }));
      expect((await gateway.request('GET', '/v1/dead-letters/run/run_1')).json).toMatchObject({
        ...{ kind: 'run', id: 'run_1', advice: 'x', redriven_as: '' },
      });
      const one = await gateway.request('POST', '/v1/dead-letters/run/run_1/redrive', { body: { backend: 'glm' } });
      expect([one.status, one.json]).toMatchObject([200, { letters: [{ run_id: 'run_2' }], more: false }]);
      const body = { kind: 'run', code: 'model.unavailable', on_backend: 'a', backend: 'b', limit: 7, dry_run: true };
      expect((await gateway.request('POST', '/v1/dead-letters/redrive', { body })).status).toBe(200);
      expect(asked).toMatchObject([
        { kind: 'run', id: 'run_1', backend: 'glm', actor: 'user:admin' },
        { kind: 'run', id: '', code: 'model.unavailable', onBackend: 'a', backend: 'b', limit: 7, dryRun: true },
      ]);
      const both = await gateway.request('POST', '/v1/dead-letters/redrive', { body: { id: 'run_1' } });
      expect(both.status).toBe(400);
      expect((await gateway.request('POST', '/v1/dead-letters/redrive', { body, key: 'sy_runner' })).status).toBe(403);
    });

    it('lists dead letters', async () => {
      const asked = gateway.services.answer(RouterService.method.listDeadLetters, () => ({
        letters: [{ id: 'x', cause: { code: 'contract.malformed' } }],
      }));
      expect((await gateway.request('GET', '/v1/dead-letters?kind=tasks&limit=3')).json['letters']).toHaveLength(1);
      expect(asked[0]).toMatchObject({ kind: 'tasks', limit: 3 });
    });

    it('shows version, services that answer discovery, and backends with what they are', async () => {
      gateway.services.answer(RouterService.method.listBackends, () => ({
        backends: [{ ...backend, simulated: true }],
      }));
      const stats = {
        name: 'switchyard-router',
        id: 'r1',
        version: '0.1.0',
        endpoints: [{ subject: `${gateway.bus.prefix}.rpc.router.submit`, num_requests: 4 }],
      };
      const foreign = { name: 'other', id: 'o1', version: '1', endpoints: [{ subject: 'else.where' }] };
      const answers = gateway.bus.nc.subscribe('$SRV.STATS', {
        callback: (_, message) => [stats, foreign].forEach((one) => message.respond(JSON.stringify(one))),
      });
      const queues = [{ backend: 'b', tenant: 'acme', waiting: 3 }];
      const asked = gateway.services.answer(RouterService.method.listQueues, () => ({ queues }));
      await gateway.bus.nc.flush();
      const { json } = await gateway.request('GET', '/v1/system');
      await gateway.request('GET', '/v1/system', { key: 'sy_runner' });
      // All tenants' for who runs the platform, the own one's for everybody else.
      expect(asked.map(({ tenant }) => tenant)).toEqual(['', 'acme']);
      expect(json['waiting']).toMatchObject(queues);
      answers.unsubscribe();
      expect(json).toMatchObject({
        version: expect.stringMatching(/^\d/),
        tenant: 'acme',
        key: { name: 'admin' },
        problems: [],
      });
      expect(json['backends']).toEqual([expect.objectContaining({ name: 'b', simulated: true })]);
      expect(json['services']).toEqual(
        expect.arrayContaining([expect.objectContaining({ name: 'switchyard-router', requests: 4 })]),
      );
      expect(JSON.stringify(json['services'])).not.toContain('other');
    });

    it('shows what it can of the system when the router is away', async () => {
      gateway.services.silence(RouterService.method.listBackends);
      const { status, json } = await gateway.request('GET', '/v1/system');
      expect([status, json['problems']]).toEqual([200, [expect.objectContaining({ code: 'rpc.unavailable' })]]);
    });
  });

  describe('what goes wrong', () => {
    it.each([
      ['agent.not_found', 404],
      ['task.conflict', 409],
      ['task.too_large', 413],
      ['backend.none_suitable', 422],
      ['database.unavailable', 503],
    ])('in a service (%s) reaches the client with its code, status %d and trace', async (name, status) => {
      gateway.services.answer(RouterService.method.submit, () => {
        throw new SwitchyardError(name, 'Because.', { retryable: status === 503, details: { which: 'x' } });
      });
      const answer = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' } });
      expect(answer.status).toBe(status);
      expect(answer.json['error']).toMatchObject({
        code: name,
        message: 'Because.',
        details: { which: 'x' },
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      });
      expect(answer.headers.get('x-trace-id')).toBe((answer.json['error'] as Record<string, unknown>)['trace_id']);
      expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    });

    it('unforeseen in a service is hidden from the client and stays out of the answer', async () => {
      gateway.services.answer(RouterService.method.submit, () => {
        throw new TypeError('secret inner workings');
      });
      const answer = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' } });
      expect([answer.status, code(answer)]).toEqual([500, 'internal']);
      expect(answer.text).not.toContain('inner workings');
      expect(gateway.log.join('')).toContain('inner workings');
    });

    it('is said when nobody runs the service', async () => {
      gateway.services.silence(RouterService.method.submit);
      const answer = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x' } });
      expect([answer.status, code(answer)]).toEqual([503, 'rpc.unavailable']);
    });

    it('in JSON is said with its place', async () => {
      const answer = await gateway.request('POST', '/v1/tasks', { raw: '{"agent": "a",\n "input" "x"}' });
      expect([answer.status, code(answer)]).toEqual([400, 'contract.malformed']);
      expect(details(answer)).toMatchObject({ line: 2, column: 10 });
    });

    it.each([
      ['{"agent":"a","input":"x","colour":"red"}', 'colour'],
      ['{"agent":"a"}', 'input'],
      ['{"agent":"not a token","input":"x"}', 'agent'],
      ['{"agent":7,"input":"x"}', 'agent'],
      ['[]', 'object'],
      ['', 'nothing'],
    ])('in the fields of a task (%s) is named', async (raw, name) => {
      const answer = await gateway.request('POST', '/v1/tasks', { raw });
      expect(answer.status).toBe(400);
      expect(code(answer)).toMatch(/^contract\./);
      expect(message(answer)).toContain(name);
    });

    it.each([
      ['/v1/runs?limit=0', 'limit'],
      ['/v1/runs?limit=many', 'limit'],
      ['/v1/runs?color=red', 'color'],
      ['/v1/agents?x=1', 'x'],
      ['/v1/runs?status=lost', 'status'],
    ])('in the query of %s is named', async (path, name) => {
      const answer = await gateway.request('GET', path);
      expect([answer.status, code(answer)]).toEqual([400, 'contract.invalid']);
      expect(message(answer)).toContain(`"${name}"`);
    });

    it('with the path has the same shape', async () => {
      for (const [method, path] of [
        ['GET', '/v2/x'],
        ['PUT', '/v1/tasks'],
        ['GET', '/docs/../../etc/passwd'],
        ['GET', '/docs/package.json'],
      ] as const) {
        const answer = await gateway.request(method, path);
        expect([path, answer.status, code(answer)]).toEqual([path, 404, 'route.not_found']);
      }
    });

    it('with a body of another tenant is refused', async () => {
      const answer = await gateway.request('POST', '/v1/tasks', { body: { agent: 'a', input: 'x', tenant: 'other' } });
      expect([answer.status, code(answer)]).toEqual([403, 'key.scope']);
      const memory = await gateway.request('POST', '/v1/memories', { body: { text: 'x', scope: { tenant: 'other' } } });
      expect([memory.status, code(memory)]).toEqual([403, 'key.scope']);
    });
  });
});

function error(answer: { json: Record<string, unknown> }): Record<string, unknown> {
  return (answer.json['error'] ?? {}) as Record<string, unknown>;
}
const code = (answer: { json: Record<string, unknown> }): unknown => error(answer)['code'];
const message = (answer: { json: Record<string, unknown> }): unknown => error(answer)['message'];
const details = (answer: { json: Record<string, unknown> }): unknown => error(answer)['details'];
