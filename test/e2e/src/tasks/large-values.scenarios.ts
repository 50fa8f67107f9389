import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fromValue, payloadReference, type JsonValue } from '@switchyard/contracts';
import type { Simulator } from '@switchyard/simulator';
import { rest, switchyardJson, type System } from '../index.js';
import { ANSWER, BULK_LIMITS, carry, prepareBulk, RESULT_BYTES } from './bulk.fixture.js';

export function largeValues(system: () => System): void {
  describe('a run of megabytes', () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await prepareBulk(system());
    });
    afterAll(async () => {
      // Nobody else's run may be sent there.
      await rest(system(), 'DELETE', '/v1/backends/bulky');
      await simulator?.close();
    });

    it('gives a tool’s 4 MiB to the model, and the model’s 8 MiB to whoever asks, and refuses what is more', async () => {
      const { client } = system();
      simulator.enqueue(carry(RESULT_BYTES), carry(RESULT_BYTES + 1), { text: ANSWER });
      const { runId } = await client.tasks.submit({
        agent: 'porter',
        input: 'Carry it all',
        backend: 'bulky',
        limits: BULK_LIMITS,
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
      expect((await client.runs.payload(references[0] ?? '')) === 'b'.repeat(RESULT_BYTES)).toBe(true);
      expect(JSON.stringify(simulator.requests.at(-1)?.body).includes('b'.repeat(RESULT_BYTES))).toBe(true);

      const told = await switchyardJson<{ output: string }>(system(), ['runs', 'show', runId]);
      expect(told.output === ANSWER).toBe(true);
      const byHand = ['tools', 'call', 'warehouse_bulk', JSON.stringify({ bytes: RESULT_BYTES })];
      const result = await switchyardJson<{ content: { text: string }[] }>(system(), byHand);
      expect(result.content[0]?.text).toHaveLength(RESULT_BYTES);
    });
  });
}
