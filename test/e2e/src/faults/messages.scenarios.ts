import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest, switchyardJson, wholeStream, type System } from '../index.js';
import { metric } from './metrics.fixture.js';
import { submit } from './runs.fixture.js';
import type { ModelGate } from './model-gate.fixture.js';

const NOT_UTF8 = new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]);
const RUN = 'run_00000000000000000000000000';
/** Legal as a task, and three times its size once quoted within quotes. */
const QUOTES = JSON.stringify({ agent: 'assistant', input: '"'.repeat(3_200_000) });

/** What anybody may publish on any subject, and what nobody should. */
export function badMessages(system: () => System, gate: () => ModelGate): void {
  let nats: NatsConnection;
  const letters: JsonObject[] = [];
  beforeAll(async () => {
    nats = await system().nats();
    nats.subscribe(system().subject('dead.>'), {
      callback: (_, message) => void letters.push(message.json<JsonObject>()),
    });
    await nats.flush();
  });
  afterAll(() => nats?.close());

  const letterOf = (find: (letter: JsonObject) => boolean) =>
    waitFor(() => letters.find(find), { describe: 'the dead letter' });

  describe('a message that becomes a dead letter with its cause', () => {
    it.each<[string, string, string | Uint8Array, string]>([
      ['task that is not JSON', 'tasks.default', 'What is 2 + 2?', 'contract.malformed'],
      ['task that is not UTF-8', 'tasks.default', NOT_UTF8, 'contract.malformed'],
      ['task that is empty', 'tasks.default', '', 'contract.invalid'],
      ['task with an unknown field', 'tasks.default', '{"agent":"assistant","inptu":"x"}', 'contract.malformed'],
      ['task without an agent', 'tasks.default', '{"input":"x"}', 'contract.invalid'],
      ['task for an unknown agent', 'tasks.default', '{"agent":"nobody","input":"x"}', 'agent.not_found'],
      [
        'task for an unknown backend',
        'tasks.default',
        '{"agent":"assistant","input":"x","backend":"nowhere"}',
        'backend.not_found',
      ],
      ['task of an unknown tenant', 'tasks.strangers', '{"agent":"assistant","input":"x"}', 'agent.not_found'],
      [
        'task over the size limit',
        'tasks.default',
        `{"agent":"assistant","input":"${'x'.repeat(300_000)}"}`,
        'task.too_large',
      ],
      ['task too large to be quoted', 'tasks.default', QUOTES, 'task.too_large'],
      ['work that is not JSON', `exec.simulator.${RUN}`, 'go on', 'contract.malformed'],
      ['work without a run', `exec.simulator.${RUN}`, '{"tenant":"default","backend":"simulator"}', 'contract.invalid'],
      [
        'work on an unknown run',
        `exec.simulator.${RUN}`,
        `{"tenant":"default","run_id":"${RUN}","backend":"simulator"}`,
        'run.not_found',
      ],
      ['tool work that is not JSON', 'tool.default.call_bad', '<call/>', 'contract.malformed'],
      ['tool work without a call', 'tool.default.call_none', '{}', 'contract.invalid'],
      ['event that is not JSON', `event.default.${RUN}.RunCompleted`, 'done', 'contract.malformed'],
      [
        'event of an unknown kind',
        `event.default.${RUN}.RunFailed`,
        `{"tenant":"default","run_id":"${RUN}","seq":1,"run_exploded":{}}`,
        'contract.invalid',
      ],
    ])('%s', async (what, subject, body, code) => {
      const head = headers();
      const mark = what.replaceAll(/\W/g, '-');
      head.set('X-Test', mark);
      const stored = await nats.request(system().subject(subject), body, { headers: head, timeout: 5_000 });
      expect(stored.json()).toMatchObject({ seq: expect.any(Number) });
      const letter = await letterOf(({ headers }) => (headers as JsonObject | undefined)?.['X-Test'] === mark);
      expect(letter).toMatchObject({
        kind: subject.split('.')[0],
        subject: system().subject(subject),
        cause: { code, message: expect.stringMatching(/\w+ \w+/) },
        deliveries: 1,
      });
      if (body === NOT_UTF8) {
        expect(letter).toMatchObject({ payload: Buffer.from(NOT_UTF8).toString('base64'), payload_base64: true });
      } else if (body === QUOTES) {
        expect(letter['payload']).toMatch(/too large to keep/);
      } else {
        expect(letter['payload'] ?? '').toBe(body);
      }
    });

    it('is shown by REST and at the command line, the newest first', async () => {
      const answer = await rest(system(), 'GET', '/v1/dead-letters?kind=tasks&limit=5');
      const shown = answer.body['letters'] as JsonObject[];
      expect(shown).toHaveLength(5);
      const newest = letters.findLast(({ kind }) => kind === 'tasks');
      expect(shown[0]).toMatchObject({ kind: 'tasks', cause: newest?.['cause'] });
      const listed = await switchyardJson<JsonObject[]>(system(), ['dead-letters', '--kind', 'exec']);
      expect(listed.map(({ cause }) => (cause as JsonObject)['code'])).toEqual(
        letters
          .filter(({ kind }) => kind === 'exec')
          .map(({ cause }) => (cause as JsonObject)['code'])
          .reverse(),
      );
    });
  });

  it('tool work for a tool that does not exist is settled with the reason', async () => {
    const call = { tenant: 'default', run_id: RUN, call_id: 'call_abacus', tool: 'abacus', backend: 'simulator' };
    await nats.request(system().subject('tool.default.call_abacus'), JSON.stringify({ call }), { timeout: 5_000 });
    const again = () => nats.request(system().subject('rpc.tool.default'), JSON.stringify(call), { timeout: 5_000 });
    const settled = await waitFor(async () => {
      const result = (await again()).json<JsonObject>();
      return result['repeated_call'] === true && result;
    });
    expect(settled).toMatchObject({ status: 'error', error: { code: 'tool.not_found' } });
  });

  describe('a request that cannot be read is answered with contract.malformed', () => {
    it.each([
      'router.submit',
      'router.get_run',
      'tool-host.call_tool',
      'memory.recall',
      'evaluator.get_outcome',
      'tool.default',
    ])('by %s', async (method) => {
      for (const body of ['{"agent":', NOT_UTF8, '[]', '{"nonsense":1}']) {
        const reply = await nats.request(system().subject(`rpc.${method}`), body, { timeout: 5_000 });
        expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('contract.malformed');
        expect(reply.headers?.get('Nats-Service-Error')).not.toBe('');
        expect(reply.json()).toMatchObject({ code: 'contract.malformed', message: expect.stringMatching(/^Not /) });
      }
    });

    it('and one of an unknown method by nobody, at once', async () => {
      await expect(nats.request(system().subject('rpc.router.fly'), '{}', { timeout: 5_000 })).rejects.toMatchObject({
        message: expect.stringMatching(/no responders/i),
      });
    });
  });

  it('garbage on the subjects of cancels and of live text is counted and dropped, and the run in progress is unharmed', async () => {
    const held = gate();
    held.hold();
    const runId = await submit(system(), { agent: 'assistant', input: 'What is 12 * 12?', backend: 'gated' });
    await waitFor(() => held.count('waiting') === 1, { describe: 'the model to be asked' });
    const stream = wholeStream(system(), runId);
    const before = {
      cancel: await metric(system(), 'switchyard_bus_subscriber_errors_total', { kind: 'cancel' }),
      stream: await metric(system(), 'switchyard_bus_subscriber_errors_total', { kind: 'stream' }),
    };
    // The gateway listens for live text from the moment on that it has seen the journal.
    await waitFor(async () => (await metric(system(), 'switchyard_gateway_streams', {})) > 0);
    for (const kind of ['cancel', 'stream'] as const) {
      await waitFor(async () => {
        const subject = kind === 'cancel' ? `cancel.${runId}` : `stream.default.${runId}`;
        for (const body of ['stop!', NOT_UTF8, '{"unknown":true}', '']) nats.publish(system().subject(subject), body);
        await nats.flush();
        return (await metric(system(), 'switchyard_bus_subscriber_errors_total', { kind })) > before[kind];
      });
    }
    held.open();
    const events = await stream;
    expect(events.at(-1)).toMatchObject({
      event: 'RunCompleted',
      data: { run_completed: { output: '12 * 12 = 144' } },
    });
    const text = events.filter(({ event, data }) => event === 'delta' && data['kind'] === 'text');
    expect(text.map(({ data }) => data['text']).join('')).toBe('12 * 12 = 144');
  });
}
