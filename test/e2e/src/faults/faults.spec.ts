import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { FORMS, rest, switchyard, switchyardJson, System } from '../index.js';
import { control } from './control.scenarios.js';
import { badMessages } from './messages.scenarios.js';
import { MODEL_ATTEMPTS, modelFaults } from './models.scenarios.js';
import { ModelGate } from './model-gate.fixture.js';
import { OtlpReceiver } from './otlp-receiver.fixture.js';
import { badRequests } from './requests.scenarios.js';
import { addBackend, finished, instances } from './runs.fixture.js';
import { secrets, telemetry } from './telemetry.scenarios.js';
import { toolFaults } from './tools.scenarios.js';

describe.each(FORMS)('faults, $form', ({ args }) => {
  let system: System;
  let gate: ModelGate;
  let receiver: OtlpReceiver;
  let started: string[];
  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    gate = await ModelGate.start();
    system = await System.start({
      args,
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        MODEL_SECRET: 'sk-very-secret-0123456789abcdef',
        SWITCHYARD_HEALTH_PORT: '0',
        SWITCHYARD_TOOL_WAIT_MS: '1000',
        SWITCHYARD_MODEL_ATTEMPTS: String(MODEL_ATTEMPTS),
        SWITCHYARD_MODEL_FIRST_BYTE_MS: '2000',
        SWITCHYARD_MODEL_IDLE_MS: '5000',
      },
    });
    await addBackend(system, 'gated', gate.url, { api: 'openai-chat' });
    started = await instances(system);
  });
  afterAll(async () => {
    await system?.stop();
    await Promise.all([gate?.close(), receiver?.close()]);
  });

  it('the doctor finds nothing wrong with a healthy system', async () => {
    const result = await switchyard(system, ['doctor']);
    expect(result).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is wrong.') });
    const findings = await switchyardJson<JsonObject[]>(system, ['doctor']);
    expect(findings.filter(({ level }) => level === 'failure')).toEqual([]);
    const checked = findings.filter(({ area }) => area === 'system').map(({ name }) => name);
    expect(checked).toEqual(['Process', 'Gateway', 'Streams', 'Database', 'Services', 'Backends', 'Dead letters']);
    // Two commands of half a dozen questions each: on a machine that does much else they take their time.
  });

  const theSystem = () => system;
  // Each in a block of its own: what one prepares is prepared when its turn has come.
  describe('records', () => telemetry(theSystem, () => receiver));
  describe('requests', () => badRequests(theSystem));
  describe('messages', () => badMessages(theSystem, () => gate));
  describe('tools', () => toolFaults(theSystem));
  describe('control', () => control(theSystem, () => gate));
  describe('models', () => modelFaults(theSystem));
  describe('after all this', () => {
    secrets(theSystem, () => receiver);

    it('every service is the process that it was, and a good task is done', async () => {
      expect(await instances(system)).toEqual(started);
      expect(started).toHaveLength(6 * system.replicas);
      expect(await finished(system, { agent: 'assistant', input: 'What is 8 * 9?' })).toMatchObject({
        status: 'completed',
        output: '8 * 9 = 72',
      });
      const open = await rest(system, 'GET', '/v1/runs?status=running&limit=200');
      const queued = await rest(system, 'GET', '/v1/runs?status=queued&limit=200');
      expect([open.body['runs'], queued.body['runs']]).toEqual([[], []]);
    });
  });
});
