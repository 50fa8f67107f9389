import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SwitchyardClient, type RunSignal } from '@switchyard/client';
import {
  EvaluatorService,
  fromValue,
  MemoryService,
  RouterService,
  SwitchyardError,
  ToolHostService,
  toValue,
} from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { Viewer } from '../stream/run-stream.fixture.js';
import { startGateway, type TestGateway } from '../testing/gateway.fixture.js';
import { LiveRun } from '../testing/live-run.fixture.js';

const run = { runId: 'run_1', status: 'completed', output: toValue(42), seq: 2 };

describe('the HTTP client against the gateway', () => {
  let gateway: TestGateway;
  let client: SwitchyardClient;
  beforeAll(async () => {
    gateway = await startGateway();
    client = new SwitchyardClient({ url: gateway.url, apiKey: 'sy_admin' });
  });
  afterAll(() => gateway.close());

  it('speaks every route', async () => {
    const { services } = gateway;
    const agent = { definition: { name: 'a' }, number: 1 };
    const backend = { name: 'b', baseUrl: 'http://b', api: 'openai-chat', model: 'm' };
    services.answer(RouterService.method.submit, () => ({ taskId: 'task_1', runId: 'run_1' }));
    services.answer(RouterService.method.getRun, () => run);
    services.answer(RouterService.method.listRuns, () => ({ runs: [run] }));
    services.answer(RouterService.method.cancel, () => run);
    services.answer(RouterService.method.switchRun, ({ backend }) => ({ ...run, backend }));
    const accepted = { tenant: 'acme', runId: 'run_1', seq: 1, body: { case: 'runAccepted', value: {} } } as const;
    services.answer(RouterService.method.listEvents, ({ afterSeq }) => ({ events: afterSeq < 1 ? [accepted] : [] }));
    services.answer(EvaluatorService.method.getOutcome, () => ({ runId: 'run_1' }));
    services.answer(RouterService.method.applyAgent, ({ staged, actor }) => ({
      version: { ...agent, version: actor },
      outcome: staged ? 'staged' : 'created',
    }));
    services.answer(RouterService.method.startRollout, ({ actor, $typeName: _, idempotencyKey: _key, ...asked }) => ({
      ...{ ...asked, id: 'rollout_1', startedBy: actor },
    }));
    services.answer(RouterService.method.getRollout, ({ tenant, id }) => ({ tenant, id }));
    services.answer(RouterService.method.listRollouts, ({ tenant, status, after }) => ({
      rollouts: [{ tenant, status, id: after === '' ? 'rollout_2' : 'rollout_1' }],
      more: after === '',
    }));
    services.answer(RouterService.method.changeRollout, ({ id, share, actor }) => ({ id, share, startedBy: actor }));
    services.answer(RouterService.method.endRollout, ({ id, status, reason, actor }) => ({
      ...{ id, status, reason },
      endedBy: actor,
    }));
    services.answer(EvaluatorService.method.explainRouting, ({ runId, verify }) => ({ runId, reason: String(verify) }));
    services.answer(EvaluatorService.method.getRouting, ({ agent, revision, beliefs }) => ({
      ...{ agent, revision, beliefs: beliefs ? [{ backend: 'b' }] : [] },
    }));
    services.answer(RouterService.method.diffAgent, () => ({ changes: [{ path: 'x' }] }));
    services.answer(RouterService.method.listAgents, () => ({ agents: [agent] }));
    services.answer(RouterService.method.getAgent, () => agent);
    services.answer(RouterService.method.listAgentVersions, () => ({ agents: [agent] }));
    services.answer(RouterService.method.listBackends, () => ({ backends: [backend] }));
    services.answer(RouterService.method.getBackend, () => backend);
    services.answer(RouterService.method.applyBackend, (input) => input);
    services.answer(RouterService.method.removeBackend, () => ({}));
    services.answer(ToolHostService.method.listTools, () => ({ tools: [{ name: 't' }] }));
    services.answer(ToolHostService.method.callTool, () => ({ status: 'ok' }));
    services.answer(ToolHostService.method.listServers, () => ({ servers: [{ name: 's', kind: 'mcp-http' }] }));
    services.answer(ToolHostService.method.applyServer, (input) => input);
    services.answer(ToolHostService.method.removeServer, () => ({}));
    services.answer(MemoryService.method.remember, ({ text }) => ({ id: 'mem_1', text }));
    services.answer(MemoryService.method.recall, () => ({ memories: [{ score: 0.5 }] }));
    services.answer(MemoryService.method.listMemories, () => ({ memories: [{ id: 'mem_1' }] }));
    services.answer(MemoryService.method.forget, ({ id }) => ({ id }));
    services.answer(EvaluatorService.method.startEvaluation, () => ({ id: 'eval_1' }));
    services.answer(EvaluatorService.method.getEvaluation, () => ({ id: 'eval_1' }));
    services.answer(EvaluatorService.method.compareEvaluations, ({ candidate, baseline, scorers }) => ({
      reasons: [[candidate, baseline, ...scorers].join(' ')],
    }));
    services.answer(EvaluatorService.method.listEvaluations, () => ({ evaluations: [{ id: 'eval_1' }] }));
    services.answer(EvaluatorService.method.cancelEvaluation, () => ({ id: 'eval_1' }));
    services.answer(EvaluatorService.method.estimateEvaluation, ({ suiteName, suiteVersion, maxCostUsd }) => ({
      basis: `${suiteName} ${suiteVersion} ${maxCostUsd}`,
    }));
    services.answer(EvaluatorService.method.applySuite, ({ actor }) => ({ createdBy: actor }));
    services.answer(EvaluatorService.method.getSuite, ({ name, version }) => ({ name: `${name} ${version}` }));
    services.answer(EvaluatorService.method.draftCases, ({ agent, minRating, redact, limit }) => ({
      cases: [{ id: 'run_1', input: `${agent} ${minRating} ${redact.join('+')} ${limit}` }],
    }));
    services.answer(EvaluatorService.method.applyClassRules, ({ actor, rules }) => ({
      createdBy: actor,
      ...(rules ? { rules } : {}),
    }));
    services.answer(EvaluatorService.method.listClassRules, ({ agent }) => ({ rules: [{ agent }] }));
    services.answer(EvaluatorService.method.classify, ({ agent, runId, metadata }) => ({
      class: [agent, runId, metadata['k'] ?? ''].join('|'),
    }));
    services.answer(EvaluatorService.method.reapplyClasses, ({ after, limit }) => ({ next: `${after} ${limit}` }));
    services.answer(EvaluatorService.method.suggestClasses, ({ agent, last }) => ({
      classes: [{ name: `${agent} ${last}` }],
    }));
    services.answer(EvaluatorService.method.listSuites, () => ({ suites: [{ name: 's' }] }));
    services.answer(EvaluatorService.method.getCanary, ({ rollout }) => ({ rollout: { id: rollout } }));
    services.answer(EvaluatorService.method.listCanaries, ({ agent, status, limit }) => ({
      canaries: [{ state: `${agent} ${status} ${limit}` }],
    }));
    services.answer(EvaluatorService.method.getSurvival, ({ by, quietDays }) => ({ unit: `${by} ${quietDays}` }));
    services.answer(EvaluatorService.method.giveFeedback, ({ runId, by, value }) => ({
      runId,
      by,
      value: value ? 1 : 0,
    }));
    services.answer(EvaluatorService.method.listFeedback, ({ revisions }) => ({
      feedback: [{ id: `fb_${revisions}` }],
    }));
    services.answer(EvaluatorService.method.listConfigurations, () => ({ configurations: [{ agent: 'a' }] }));
    services.answer(RouterService.method.listKeys, () => ({ keys: [{ id: 'key_1' }] }));
    services.answer(RouterService.method.createKey, () => ({ secret: 'sy_x' }));
    services.answer(RouterService.method.revokeKey, () => ({ id: 'key_1' }));
    services.answer(RouterService.method.forkRun, () => ({ runId: 'run_2' }));
    services.answer(RouterService.method.getRunState, ({ seq }) => ({ seq, next: 'CallModel' }));
    services.answer(RouterService.method.listRunSteps, ({ afterSeq }) => ({
      steps: [{ seq: afterSeq + 1 }],
      more: afterSeq < 2,
    }));
    services.answer(RouterService.method.getDeadLetter, () => ({ id: 'run_1', advice: 'redrive it' }));
    services.answer(RouterService.method.redrive, () => ({ letters: [{ kind: 'run', id: 'run_1', runId: 'run_2' }] }));
    services.answer(RouterService.method.listDeadLetters, () => ({ letters: [{ id: 'd' }] }));
    await services.settled();

    expect(await client.tasks.submit({ agent: 'a', input: { x: 1 }, limits: { costUsd: 2 } })).toMatchObject({
      taskId: 'task_1',
      runId: 'run_1',
    });
    expect(fromValue((await client.runs.get('run_1')).output)).toBe(42);
    expect(await client.runs.list({ agent: 'a', limit: 3 })).toHaveLength(1);
    expect((await client.runs.cancel('run_1', 'enough')).runId).toBe('run_1');
    expect((await client.runs.switch('run_1', 'glm', { reason: 'slow' })).backend).toBe('glm');
    expect((await client.runs.fork('run_1', { seq: 2, input: { x: 1 } })).runId).toBe('run_2');
    expect((await client.runs.state('run_1', 2)).next).toBe('CallModel');
    expect((await client.runs.steps('run_1')).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(await client.runs.journal('run_1')).toHaveLength(1);
    expect((await client.runs.outcome('run_1')).runId).toBe('run_1');
    expect(await client.routing.explain('run_1', { verify: true })).toMatchObject({ runId: 'run_1', reason: 'true' });
    expect(await client.routing.get('a', 7)).toMatchObject({ agent: 'a', revision: 7, beliefs: [{ backend: 'b' }] });
    expect((await client.agents.apply({ name: 'a' })).outcome).toBe('created');
    expect(await client.agents.stage({ name: 'a' })).toMatchObject({
      outcome: 'staged',
      version: { version: 'user:admin' },
    });
    const options = { candidate: '2', share: 0.2, guardrails: [{ measure: 'cost' as const, margin: 0.1 }] };
    expect(await client.rollouts.start('a', { ...options, sticky: 'user', promoteAfter: 9 })).toMatchObject({
      ...{ id: 'rollout_1', tenant: 'acme', agent: 'a', candidate: '2', share: 0.2, sticky: 'user', promoteAfter: 9 },
      guardrails: [{ measure: 'cost', margin: 0.1 }],
      startedBy: 'user:admin',
    });
    expect(await client.rollouts.get('rollout_1')).toMatchObject({ id: 'rollout_1', tenant: 'acme' });
    expect((await client.rollouts.list({ status: 'running' })).map(({ id, status }) => [id, status])).toEqual([
      ['rollout_2', 'running'],
      ['rollout_1', 'running'],
    ]);
    expect(await client.rollouts.change('rollout_1', 0.5)).toMatchObject({ share: 0.5, startedBy: 'user:admin' });
    expect(await client.rollouts.end('rollout_1', 'rolled_back', 'bad')).toMatchObject({
      ...{ id: 'rollout_1', status: 'rolled_back', reason: 'bad', endedBy: 'user:admin' },
    });
    expect((await client.agents.diff({ name: 'a' })).changes).toHaveLength(1);
    expect(await client.agents.list()).toHaveLength(1);
    expect((await client.agents.get('a', '1')).number).toBe(1);
    expect(await client.agents.versions('a')).toHaveLength(1);
    expect(await client.backends.list()).toHaveLength(1);
    expect((await client.backends.get('b')).name).toBe('b');
    expect((await client.backends.apply({ name: 'b', base_url: 'http://b', api: 'x', model: 'm' })).model).toBe('m');
    await client.backends.remove('b');
    expect(await client.tools.list()).toHaveLength(1);
    expect((await client.tools.call('t', { a: 1 })).status).toBe('ok');
    expect(await client.tools.servers()).toHaveLength(1);
    expect((await client.tools.addServer({ name: 's', kind: 'mcp-http', url: 'http://s' })).url).toBe('http://s');
    await client.tools.removeServer('s');
    expect((await client.memories.remember('Tea', { scope: { user: 'u' } })).text).toBe('Tea');
    expect(await client.memories.search('tea', { limit: 3 })).toHaveLength(1);
    expect(await client.memories.list({ scope: { agent: 'a' }, limit: 3 })).toHaveLength(1);
    expect(await client.memories.list({ kinds: ['fact', 'episode'], since: new Date(0) })).toHaveLength(1);
    expect(await client.memories.episodes({ runId: 'run_1', thread: 'talk', limit: 3 })).toHaveLength(1);
    expect((await client.memories.forget('mem_1')).id).toBe('mem_1');
    expect((await client.evaluations.start({ name: 's' }, { repeats: 2 })).id).toBe('eval_1');
    expect((await client.evaluations.get('eval_1')).id).toBe('eval_1');
    expect((await client.evaluations.estimate('kept', { version: '2', maxCostUsd: 1 })).basis).toBe('kept 2 1');
    expect((await client.suites.apply({ suite: 's' })).createdBy).toMatch(/^user:/);
    expect((await client.suites.get('a suite/of ours', '2')).name).toBe('a suite/of ours 2');
    expect(await client.suites.list({ name: 's', limit: 2 })).toHaveLength(1);
    const rules = { classes: [{ class: 'a', when: 'true' }] };
    expect(await client.classes.apply(rules)).toMatchObject({ rules, createdBy: expect.stringMatching(/^user:/) });
    expect((await client.classes.list({ agent: '*' }))[0]?.agent).toBe('*');
    expect((await client.classes.of({ agent: 'a', input: 'x', metadata: { k: 'v' } })).class).toBe('a||v');
    expect((await client.classes.of({ runId: 'run_1' })).class).toBe('|run_1|');
    expect((await client.classes.reapply({ after: 'run_1', limit: 3 })).next).toBe('run_1 3');
    expect((await client.classes.suggest('a', 5)).classes[0]?.name).toBe('a 5');
    const drafted = await client.suites.draft('a', { minRating: 0, redact: ['email', 'ip'], limit: 3 });
    expect(drafted.cases).toEqual([{ id: 'run_1', input: 'a 0 email+ip 3' }]);
    expect(await client.evaluations.list(3)).toHaveLength(1);
    expect((await client.evaluations.cancel('eval_1')).id).toBe('eval_1');
    expect((await client.evaluations.compare('eval_2', { baseline: 'eval_1', scorers: ['exact'] })).reasons).toEqual([
      'eval_2 eval_1 exact',
    ]);
    expect(await client.evaluations.configurations({ agent: 'a' })).toHaveLength(1);
    expect(await client.feedback.give('run_1', true, { name: 'tone', comment: 'Good.', at: new Date() })).toMatchObject(
      {
        ...{ runId: 'run_1', value: 1 },
        by: expect.stringMatching(/^user:/),
      },
    );
    expect(await client.feedback.list({ runId: 'run_1', revisions: true })).toMatchObject([{ id: 'fb_true' }]);
    expect((await client.evaluations.canary('rollout_1')).rollout?.id).toBe('rollout_1');
    expect(await client.evaluations.canaries({ agent: 'a', status: 'running', limit: 3 })).toMatchObject([
      { state: 'a running 3' },
    ]);
    expect((await client.evaluations.survival({ by: 'agent', quietDays: 2 })).unit).toBe('agent 2');
    expect(await client.feedback.list({ agent: 'a' })).toMatchObject([{ id: 'fb_false' }]);
    expect(await client.keys.list()).toHaveLength(1);
    expect((await client.keys.create('ci', ['run'])).secret).toBe('sy_x');
    expect((await client.keys.revoke('key_1')).id).toBe('key_1');
    expect(await client.system.deadLetters({ kind: 'tasks', limit: 1 })).toHaveLength(1);
    expect(await client.deadLetters.list({ kind: 'run', all: true })).toHaveLength(1);
    expect((await client.deadLetters.get('run', 'run_1')).advice).toBe('redrive it');
    expect(await client.deadLetters.redrive('run', 'run_1', { backend: 'b' })).toMatchObject({ runId: 'run_2' });
    expect((await client.deadLetters.redriveAll({ code: 'x' }, { dryRun: true })).letters).toHaveLength(1);
    expect(await client.system.info()).toMatchObject({ tenant: 'acme' });
  });

  it('reads and ends certificates, watches backends, and hears what drifted', async () => {
    const { services } = gateway;
    const { method } = EvaluatorService;
    services.answer(method.listCertificates, ({ tenant, status }) => ({
      certificates: [{ id: `${tenant} ${status}` }],
    }));
    services.answer(method.getCertificate, ({ id }) => ({ id }));
    services.answer(method.revokeCertificate, ({ id, reason, actor }) => ({ id, reason: `${reason} ${actor}` }));
    services.answer(method.addWatch, ({ name, everySeconds, actor }) => ({ name, everySeconds, createdBy: actor }));
    services.answer(method.listWatches, () => ({ watches: [{ name: 'w' }] }));
    services.answer(method.getWatch, ({ name }) => ({ name }));
    services.answer(method.runWatch, ({ name }) => ({ name }));
    services.answer(method.removeWatch, ({ name }) => ({ name }));
    services.answer(method.listDrift, ({ backend, limit }) => ({ findings: [{ id: `${backend} ${limit}` }] }));
    services.answer(method.getDrift, ({ id }) => ({ id }));
    services.answer(method.acknowledgeDrift, ({ id, note, actor }) => ({ id, note, acknowledgedBy: actor }));
    await services.settled();

    const { certificates, watches, drift } = client;
    expect((await certificates.list({ status: 'in_force' })).certificates[0]?.id).toBe('acme in_force');
    expect((await certificates.get('cert_1')).id).toBe('cert_1');
    expect((await certificates.revoke('cert_1', 'Wrong.')).reason).toMatch(/^Wrong\. user:/);
    expect(await watches.add('w', { backend: 'b', everySeconds: 90 })).toMatchObject({
      ...{ name: 'w', everySeconds: 90 },
      createdBy: expect.stringMatching(/^user:/),
    });
    expect(await watches.list()).toHaveLength(1);
    for (const watch of [watches.get('w'), watches.run('w'), watches.remove('w')]) expect((await watch).name).toBe('w');
    expect((await drift.list({ backend: 'b', limit: 3 })).findings[0]?.id).toBe('b 3');
    expect((await drift.get('drift_1')).id).toBe('drift_1');
    expect(await drift.acknowledge('drift_1', 'Seen.')).toMatchObject({ note: 'Seen.' });
  });

  it('throws what the platform says, with its code', async () => {
    gateway.services.answer(RouterService.method.submit, () => {
      throw new SwitchyardError('agent.not_found', 'There is no agent "b".', { details: { agent: 'b' } });
    });
    const failure = client.tasks.submit({ agent: 'b', input: 'x' });
    await expect(failure).rejects.toBeInstanceOf(SwitchyardError);
    await expect(failure).rejects.toMatchObject({
      code: 'agent.not_found',
      retryable: false,
      message: 'There is no agent "b".',
      details: { agent: 'b', status: 404 },
    });
    const stranger = new SwitchyardClient({ url: gateway.url, apiKey: 'sy_nobody' });
    await expect(stranger.runs.list()).rejects.toMatchObject({ code: 'key.invalid' });
    const nowhere = new SwitchyardClient({ url: 'http://127.0.0.1:1', apiKey: 'sy_x', attempts: 1 });
    await expect(nowhere.runs.list()).rejects.toMatchObject({ code: 'gateway.unreachable', retryable: true });
  });

  it('tries again what may be tried again, under one idempotency key, and not what may not', async () => {
    let failures = 2;
    const answer = <T>(value: T): T => {
      if (failures-- > 0) throw new SwitchyardError('database.unavailable', 'A moment.', { retryable: true });
      return value;
    };
    const asked = gateway.services.answer(RouterService.method.submit, () => answer({ taskId: 't', runId: 'r' }));
    const quick = new SwitchyardClient({ url: gateway.url, apiKey: 'sy_admin', fetch: withoutRetryAfter });
    expect((await quick.tasks.submit({ agent: 'a', input: 'x' })).runId).toBe('r');
    expect(asked).toHaveLength(3);
    expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    failures = 1;
    const evaluations = gateway.services.answer(EvaluatorService.method.startEvaluation, () =>
      answer({ id: 'eval_1' }),
    );
    await expect(quick.evaluations.start({ name: 's' })).rejects.toMatchObject({ code: 'database.unavailable' });
    expect(evaluations).toHaveLength(1);
  });

  it('follows a run over connections that break, with nothing missing and nothing twice', async () => {
    const live = new LiveRun(gateway.bus, gateway.services, 'run_follow');
    await gateway.services.settled();
    const connections: AbortController[] = [];
    const breaking: typeof fetch = (input, init) => {
      const controller = new AbortController();
      connections.push(controller);
      return fetch(input, {
        ...init,
        signal: AbortSignal.any([controller.signal, ...(init?.signal ? [init.signal] : [])]),
      });
    };
    const follower = new SwitchyardClient({ url: gateway.url, apiKey: 'sy_reader', fetch: breaking });
    const viewer = new Viewer();
    const seen: RunSignal[] = [];
    const following = (async () => {
      for await (const signal of follower.runs.events(live.id)) {
        seen.push(signal);
        viewer.read([signal.type === 'event' ? { event: signal.event } : { delta: signal.delta }]);
      }
    })();
    const until = (condition: () => boolean): Promise<unknown> =>
      waitFor(condition, { describe: `more than ${JSON.stringify(seen.at(-1))}` });
    await until(() => viewer.seq === 1);
    for (const word of ['One ', 'two ', 'three ']) {
      live.tell(live.say('text', word));
      await until(() => viewer.text('text').endsWith(word));
      connections.at(-1)?.abort();
      // Said while nobody is connected.
      live.tell(live.say('text', `(${word}) `));
      await until(() => viewer.text('text') === live.text('text'));
    }
    expect(seen.filter((signal) => signal.type === 'delta' && signal.delta.kind === 'reset')).toEqual([]);
    live.tell(live.completeTurn());
    await until(() => viewer.seq === 2);
    connections.at(-1)?.abort();
    live.end();
    await following;
    expect(viewer.seen).toEqual([1, 2, 3]);
    expect(connections.length).toBeGreaterThanOrEqual(5);
  });

  it('ends at once where the run has ended and all is known', async () => {
    const live = new LiveRun(gateway.bus, gateway.services, 'run_ended');
    live.end();
    await gateway.services.settled();
    const signals: RunSignal[] = [];
    for await (const signal of client.runs.events('run_ended', { afterSeq: 2 })) signals.push(signal);
    expect(signals).toEqual([]);
    expect((await client.runs.wait('run_ended')).status).toBe('completed');
  });

  it('stops following when it is told to', async () => {
    const live = new LiveRun(gateway.bus, gateway.services, 'run_stop');
    await gateway.services.settled();
    const controller = new AbortController();
    const following = (async () => {
      for await (const _ of client.runs.events(live.id, { signal: controller.signal })) controller.abort();
    })();
    await expect(following).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('throws where there is no such run', async () => {
    await expect(client.runs.events('run_none').next()).rejects.toMatchObject({ code: 'run.not_found' });
  });
});

/** The gateway asks to wait a second; a test need not. */
const withoutRetryAfter: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const headers = new Headers(response.headers);
  headers.delete('retry-after');
  return new Response(response.body, { status: response.status, headers });
};
