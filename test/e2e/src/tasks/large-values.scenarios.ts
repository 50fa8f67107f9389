import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, payloadReference, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { simulatorBackend, startSimulator, type Simulator } from '@switchyard/simulator';
import { rest, switchyardJson, type System } from '../index.js';

const SCRIPT = fileURLToPath(new URL('../../test/mcp-server.mjs', import.meta.url));
const MIB = 1_048_576;
const WINDOW = 20_000_000;
/** As much as a turn may say, in words that say where they stand. */
const ANSWER =
  Array.from({ length: (8 * MIB) / 1_024 }, (_, index) => String(index).padEnd(1_023, 'y')).join(' ') + '.';

export function largeValues(system: () => System): void {
  describe('a run of megabytes', () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startSimulator({ contextWindow: WINDOW });
      const backend = simulatorBackend(simulator.url, { name: 'bulky', profile: { contextWindow: WINDOW } });
      const { name, api, model, baseUrl, profile } = backend;
      const json = JSON.parse(JSON.stringify(profile)) as JsonObject;
      const applied = { name, api, model, base_url: baseUrl, profile: json };
      expect((await rest(system(), 'POST', '/v1/backends', { body: applied })).status).toBe(200);
      const file = join(system().dataDir, 'bulk.yaml');
      const server = {
        name: 'warehouse',
        kind: 'mcp-stdio',
        command: process.execPath,
        args: [SCRIPT, '--bulk'],
        max_output_bytes: 4 * MIB,
      };
      await writeFile(file, JSON.stringify(server));
      expect(await switchyardJson(system(), ['tools', 'add', '-f', file])).toMatchObject({ status: 'connected' });
      const agent = { name: 'porter', instructions: 'Carry.', tools: ['warehouse.*'] };
      expect((await rest(system(), 'POST', '/v1/agents', { body: agent })).status).toBe(200);
    });
    afterAll(() => simulator?.close());

    it('gives a tool’s 4 MiB to the model, and the model’s 8 MiB to whoever asks, and refuses what is more', async () => {
      const { client } = system();
      const call = (bytes: number) => ({ calls: [{ name: 'warehouse_bulk', arguments: { bytes } }] });
      simulator.enqueue(call(4 * MIB), call(5 * MIB), { text: ANSWER });
      const { runId } = await client.tasks.submit({
        agent: 'porter',
        input: 'Carry it all',
        backend: 'bulky',
        limits: { tokens: 10 * WINDOW },
      });
      let shown = '';
      const references: string[] = [];
      const errors: string[] = [];
      for await (const signal of client.runs.events(runId)) {
        if (signal.type === 'delta' && signal.delta.turn === 3 && signal.delta.kind === 'text')
          shown += signal.delta.text;
        if (signal.type !== 'event' || signal.event.body.case !== 'toolCallSettled') continue;
        const { result } = signal.event.body.value;
        if (result?.error) errors.push(result.error.code);
        const reference = payloadReference((result?.content[0]?.['text'] ?? null) as JsonValue);
        if (reference) references.push(reference.hash);
      }
      const run = await client.runs.get(runId);
      expect(run.error).toBeUndefined();
      expect(fromValue(run.output) === ANSWER).toBe(true);
      expect(shown === ANSWER).toBe(true);
      expect([references.length, errors]).toEqual([1, ['tool.output_too_large']]);
      expect((await client.runs.payload(references[0] ?? '')) === 'b'.repeat(4 * MIB)).toBe(true);
      expect(JSON.stringify(simulator.requests.at(-1)?.body).includes('b'.repeat(4 * MIB))).toBe(true);

      const told = await switchyardJson<{ output: string }>(system(), ['runs', 'show', runId]);
      expect(told.output === ANSWER).toBe(true);
      const byHand = ['tools', 'call', 'warehouse_bulk', JSON.stringify({ bytes: 4 * MIB })];
      const result = await switchyardJson<{ content: { text: string }[] }>(system(), byHand);
      expect(result.content[0]?.text).toHaveLength(4 * MIB);
    }, 180_000);
  });
}
