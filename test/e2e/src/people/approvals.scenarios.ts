import { afterEach, beforeAll, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { addAgent, ended, entriesOf, submit, untilStatus } from '../faults/runs.fixture.js';
import { rest, switchyard, switchyardJson, type System } from '../index.js';
import { Gates } from './gates.fixture.js';

const CALL = { calls: [{ name: 'calculator', arguments: { expression: '6*7' } }] };

/** Calls that a person decides about at the command line. */
export function approvals(system: () => System): void {
  const gates = new Gates(system, 'approval');
  beforeAll(async () => {
    await addAgent(system(), 'careful', ['calculator'], { approvals: { tools: ['calculator'], seconds: 3_600 } });
  });
  afterEach(() => gates.close());

  async function asking(text: string): Promise<string> {
    const { backend } = await gates.add(CALL, { text });
    const runId = await submit(system(), { agent: 'careful', input: 'What is 6*7?', backend });
    expect(await untilStatus(system(), runId, ['waiting'])).toMatchObject({ wait: { reason: 'approval' } });
    return runId;
  }
  const results = async (runId: string) =>
    (await entriesOf(system(), runId, 'tool_call_settled')).map(({ result }) => result as JsonObject);

  it('is performed where it is approved, with who and why on record', async () => {
    const runId = await asking('Done.');
    const [waiting] = await switchyardJson<JsonObject[]>(system(), ['approvals', 'list', '--run', runId]);
    expect(waiting).toMatchObject({ run_id: runId, tool: 'calculator', arguments: { expression: '6*7' } });
    expect((await switchyard(system(), ['approvals', 'show', runId])).stdout).toContain('"expression": "6*7"');
    const approved = await switchyard(system(), ['approvals', 'approve', runId, '-r', 'harmless']);
    expect([approved.code, approved.stdout]).toEqual([
      0,
      expect.stringContaining(`${String(waiting?.['call_id'])} approved`),
    ]);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(await results(runId)).toMatchObject([{ status: 'ok', content: [{ text: '42' }] }]);
    expect(await entriesOf(system(), runId, 'approval_resolved')).toMatchObject([
      { decision: 'approved', by: expect.stringMatching(/^user:/), reason: 'harmless' },
    ]);
    expect(await switchyardJson(system(), ['approvals', 'list', '--run', runId])).toEqual([]);
    const late = await switchyard(system(), ['approvals', 'deny', runId, String(waiting?.['call_id'])]);
    expect([late.code, late.stderr]).toEqual([6, expect.stringMatching(/user:.* approved it at/)]);
  });

  it('is performed with other arguments where it is edited', async () => {
    const runId = await asking('Less.');
    const edited = await switchyard(system(), ['approvals', 'edit', runId, '--arguments', '{"expression":"3*7"}']);
    expect(edited.code).toBe(0);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Less.' });
    expect(await results(runId)).toMatchObject([{ status: 'ok', content: [{ text: '21' }] }]);
  });

  it('is not performed where it is denied, and the model is told so', async () => {
    const runId = await asking('Then not.');
    const { body } = await rest(system(), 'GET', `/v1/approvals?run_id=${runId}`);
    const [waiting] = body['approvals'] as JsonObject[];
    const path = `/v1/runs/${runId}/approvals/${String(waiting?.['call_id'])}`;
    const denied = await rest(system(), 'POST', path, { body: { decision: 'denied', reason: 'no' } });
    expect(denied.status).toBe(200);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Then not.' });
    expect(await results(runId)).toMatchObject([{ status: 'error', error: { code: 'tool.denied' } }]);
  });

  it('waits no longer where its run is cancelled', async () => {
    const runId = await asking('Never.');
    const stopped = await switchyard(system(), ['runs', 'cancel', '--agent', 'careful']);
    expect(stopped.stdout).toContain('1 run would be stopped. Add --yes to do so.');
    expect((await switchyard(system(), ['runs', 'cancel', '--agent', 'careful', '--yes'])).stdout).toContain(
      `${runId} cancelled`,
    );
    const late = await switchyard(system(), ['approvals', 'approve', runId]);
    expect([late.code, late.stderr]).toEqual([6, expect.stringContaining('the run is cancelled')]);
  });

  it('is decided by a program that has nothing but a NATS client: it hears of the call and answers', async () => {
    const nats = await system().nats();
    try {
      const heard = nats.subscribe(system().subject('event.default.*.ApprovalRequested'), { max: 1 });
      await nats.flush();
      const runId = await asking('By a bot.');
      for await (const message of heard) {
        const { run_id, approval_requested: asked } = message.json<{
          run_id: string;
          approval_requested: JsonObject;
        }>();
        expect([run_id, asked]).toEqual([runId, expect.objectContaining({ tool: 'calculator', asked_by: 'agent' })]);
        const decision = {
          tenant: 'default',
          run_id,
          call_id: asked['call_id'],
          decision: 'approved',
        };
        const decide = async (name: string) => {
          const said = JSON.stringify({ ...decision, name });
          const reply = await nats.request(system().subject('rpc.router.decide_approval'), said);
          return reply.headers?.get('Nats-Service-Error-Code') ?? '';
        };
        expect(await decide('user:ann')).toBe('contract.invalid');
        expect(await decide('ops')).toBe('');
        expect(await decide('another')).toBe('approval.not_waiting');
      }
      expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'By a bot.' });
      expect(await entriesOf(system(), runId, 'approval_resolved')).toMatchObject([{ by: 'bus:ops' }]);
    } finally {
      await nats.close();
    }
  });

  it('is judged by policies that are applied at the command line: asked about, denied, and all of it listed', async () => {
    const policy = [
      'name: figures',
      'description: What may be calculated',
      'rules:',
      '  - tools: [calculator]',
      '    when: args.expression.contains("/")',
      '    decision: deny',
      '    reason: nothing is divided here',
      '  - tools: [calculator]',
      '    when: size(args.expression) > 5',
      '    decision: ask',
      '    reason: long',
    ].join('\n');
    const applied = await switchyard(system(), ['policies', 'apply', '-f', '-'], { input: policy });
    expect([applied.code, applied.stdout]).toEqual([0, 'figures applied, 2 rules\n']);
    expect((await switchyard(system(), ['policies', 'show', 'figures'])).stdout).toContain(
      '1. deny calculator when args.expression.contains("/") nothing is divided here',
    );
    const appliedAt = Date.now();
    await waitFor(() => Date.now() > appliedAt + 2_000, { describe: 'executors to have read it' });
    await addAgent(system(), 'free', ['calculator']);
    const call = (expression: string) => ({ calls: [{ name: 'calculator', arguments: { expression } }] });
    const { backend } = await gates.add(call('6/2'), call('1+1'), call('1+1+1+1'), { text: 'Calculated.' });
    const runId = await submit(system(), { agent: 'free', input: 'Calculate', backend });
    expect(await untilStatus(system(), runId, ['waiting'])).toMatchObject({ wait: { reason: 'approval' } });
    expect((await switchyard(system(), ['approvals', 'show', runId])).stdout).toContain(
      'asked by policy:figures: long',
    );
    await switchyard(system(), ['approvals', 'deny', runId, '-r', 'no']);
    expect(await ended(system(), runId)).toMatchObject({ status: 'completed', output: 'Calculated.' });
    expect(await results(runId)).toMatchObject([
      { error: { code: 'tool.denied', message: 'The rules do not allow this call: nothing is divided here.' } },
      { status: 'ok', content: [{ text: '2' }] },
      { error: { code: 'tool.denied', message: 'A person refused this call: no.' } },
    ]);
    const history = await switchyardJson<JsonObject[]>(system(), ['approvals', 'history', '--run', runId]);
    expect(history).toMatchObject([
      { decision: 'denied', by: expect.stringMatching(/^user:/), tool: 'calculator' },
      { decision: 'denied', by: 'policy:figures', reason: 'nothing is divided here' },
    ]);
    const bad = await switchyard(system(), ['policies', 'apply', '-f', '-'], {
      input: 'name: bad\nrules:\n  - decision: ask\n    when: amount > 3\n',
    });
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringMatching(/Unknown variable: amount.*condition\.invalid/)]);
    expect((await switchyard(system(), ['policies', 'remove', 'figures'])).code).toBe(0);
  });
}
