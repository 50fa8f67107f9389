import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import type { System } from '../index.js';
import { FaultyTools } from './faulty-tools.fixture.js';
import { metric } from './metrics.fixture.js';
import type { OtlpReceiver, ReceivedSpan } from './otlp-receiver.fixture.js';
import { addAgent, addBackend, finished, journalOf, rows } from './runs.fixture.js';

/** Who has a part in a run that recalls nothing. */
const SERVICES = ['gateway', 'router', 'executor', 'tool-host', 'evaluator'];

/** One run in every record that is kept of it. */
export function telemetry(system: () => System, receiver: () => OtlpReceiver): void {
  let run: JsonObject;
  let spans: ReceivedSpan[];
  let tools: FaultyTools;
  const traceId = () => String(run['trace_id']);
  const named = (name: string, service: string) =>
    spans.filter((span) => span.name.startsWith(name) && span.service === `switchyard-${service}`);

  const roots = () => {
    const ids = new Set(spans.map(({ spanId }) => spanId));
    return spans.filter(({ parentSpanId }) => !parentSpanId || !ids.has(parentSpanId));
  };

  beforeAll(async () => {
    tools = await FaultyTools.connect(system(), 'traced', 20_000);
    await addAgent(system(), 'traced', ['traced_calc_count']);
    run = await finished(system(), { agent: 'traced', input: 'What is 11 * 17?' });
    // Spans are sent in batches, and one that lasts after those within it: whole is the trace in which only one has no parent.
    await waitFor(
      () => {
        spans = receiver().ofTrace(traceId());
        const begun = SERVICES.every((service) => named('', service).length > 0);
        return begun && named('execute_tool', 'tool-host').length > 0 && roots().length === 1;
      },
      { describe: 'the spans of all services' },
    ).catch(() => undefined);
  });

  describe('the trace of a run', () => {
    it('is one, over gateway, router, executor, tool host and evaluator, and every span has its parent in it', () => {
      expect(traceId()).toMatch(/^[0-9a-f]{32}$/);
      for (const service of SERVICES) expect(named('', service)).not.toEqual([]);
      expect(roots().map(({ service, name }) => `${service} ${name}`)).toEqual([
        expect.stringMatching(/^switchyard-gateway POST/),
      ]);
    });

    it('goes on into the MCP server by `_meta`', async () => {
      const [note] = (await tools.notes()).filter(({ expression }) => expression === '11 * 17');
      const [, noted, parent] = (note?.traceparent ?? '').split('-');
      expect(noted).toBe(traceId());
      const [execution] = named('execute_tool', 'tool-host');
      expect(spans.find(({ spanId }) => spanId === parent)).toMatchObject({ service: 'switchyard-tool-host' });
      expect(execution?.attributes).toMatchObject({ 'gen_ai.tool.name': 'traced_calc_count' });
    });

    it('says in GenAI attributes what was asked of which model, and what it took', () => {
      const [agent] = named('invoke_agent traced', 'executor');
      expect(agent?.attributes).toMatchObject({
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'traced',
        'gen_ai.agent.version': run['agent_version'],
      });
      const chats = named('chat ', 'executor');
      expect(chats).toHaveLength(2);
      for (const chat of chats)
        expect(chat.attributes).toMatchObject({
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': expect.any(String),
          'gen_ai.request.model': 'switchyard-simulator',
          'gen_ai.response.model': 'switchyard-simulator',
          'gen_ai.usage.input_tokens': expect.any(Number),
          'gen_ai.usage.output_tokens': expect.any(Number),
        });
      const used = chats.reduce((sum, { attributes }) => sum + Number(attributes['gen_ai.usage.input_tokens']), 0);
      expect(used).toBe((run['usage'] as JsonObject)['input_tokens']);
    });

    it('has its id in the run, in every event, and in what is logged of it', async () => {
      const entries = await journalOf(system(), String(run['run_id']));
      expect(new Set(entries.map((entry) => entry['trace_id']))).toEqual(new Set([traceId()]));
      await addBackend(system(), 'x-untraceable', 'http://no-such-host.invalid/v1');
      const failed = await finished(system(), { agent: 'assistant', input: 'x', backend: 'x-untraceable' });
      const lines = (await logs(system())).split('\n').filter((line) => line.includes('"msg":"A run failed"'));
      const line = lines.find((each) => each.includes(String(failed['run_id'])));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ trace_id: failed['trace_id'] });
    });
  });

  it('logs are lines of JSON with level, time and service', async () => {
    const lines = (await logs(system())).split('\n').filter((line) => line !== '');
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({
        level: expect.any(String),
        time: expect.any(String),
        msg: expect.any(String),
      });
  });

  it('metrics count what the bus carried', async () => {
    for (const [name, labels] of [
      ['switchyard_work_handled_total', { kind: 'exec' }],
      ['switchyard_work_handled_total', { kind: 'event' }],
      ['switchyard_rpc_requests_total', { method: 'submit' }],
      ['switchyard_rpc_duration_seconds_count', {}],
      ['switchyard_bus_connected', {}],
      ['switchyard_gateway_requests_total', {}],
      ['switchyard_model_tokens_total', { direction: 'input' }],
      ['switchyard_tool_calls_total', { tool: 'traced_calc_count' }],
    ] as const)
      expect([name, (await metric(system(), name, labels)) > 0]).toEqual([name, true]);
  });
}

/** Nothing that was written may hold a secret. To be called last: it reads all that the tests before it caused. */
export function secrets(system: () => System, receiver: () => OtlpReceiver): void {
  it('no secret stands in traces, logs or the database', async () => {
    const { api_key: key, nats_url: natsUrl, database_url: databaseUrl } = system().connection;
    const found: Record<string, string> = {
      traces: receiver().text,
      logs: await logs(system()),
      database: await dump(system()),
    };
    const hidden = {
      'API key': key,
      'model key': system().env['MODEL_SECRET'] ?? '',
      'password of NATS': new URL(natsUrl).password,
      'password of Postgres': new URL(databaseUrl).password,
    };
    for (const [where, text] of Object.entries(found)) {
      expect(text.length).toBeGreaterThan(1_000);
      for (const [what, secret] of Object.entries(hidden)) {
        expect(secret).not.toBe('');
        expect(`${what} in ${where}: ${text.includes(secret)}`).toBe(`${what} in ${where}: false`);
      }
    }
  });
}

async function logs(system: System): Promise<string> {
  const folder = join(system.dataDir, 'logs');
  const names = (await readdir(folder)).map((file) => file.replace(/\.log$/, ''));
  return (await Promise.all(names.map((name) => system.log(name)))).join('\n');
}

/** Every row of every table of ours. */
async function dump(system: System): Promise<string> {
  const tables = await rows<{ name: string }>(
    system,
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('registry', 'journal', 'effects', 'memory', 'evaluation') AND table_type = 'BASE TABLE'`,
  );
  expect(tables.length).toBeGreaterThan(8);
  const all: string[] = [];
  for (const { name } of tables)
    all.push(
      ...(await rows<{ row: string }>(system, `SELECT row_to_json(t)::text AS row FROM ${name} t`)).map(
        ({ row }) => row,
      ),
    );
  return all.join('\n');
}
