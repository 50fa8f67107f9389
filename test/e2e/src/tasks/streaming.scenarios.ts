import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatorBackend, startSimulator, type Simulator } from '@switchyard/simulator';
import { rest, streamOf, type StreamedEvent, type System } from '../index.js';

/** Slow enough that the run is certainly still going while the test looks at it. */
const CHUNK_DELAY_MS = 1_000;
const ANSWER =
  'One by one the wagons of this long answer leave the yard, and each is seen as soon as it is on the line.';

export function streaming(system: () => System): void {
  describe('an answer that takes its time', () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await startSimulator({ chunkDelayMs: CHUNK_DELAY_MS });
      const { name, baseUrl, api, model, profile } = simulatorBackend(simulator.url, { name: 'slow' });
      const body = { name, base_url: baseUrl, api, model, profile, simulated: true };
      expect((await rest(system(), 'POST', '/v1/backends', { body })).status).toBe(200);
    });
    afterAll(async () => {
      await rest(system(), 'DELETE', '/v1/backends/slow');
      await simulator?.close();
    });

    it('is read piece by piece while the run goes on, also by who joins in between, and can be stopped', async () => {
      simulator.enqueue({ text: ANSWER });
      const task = { agent: 'assistant', input: 'Tell me', backend: 'slow' };
      const { run_id: id } = (await rest(system(), 'POST', '/v1/tasks', { body: task })).body;
      const runId = String(id);
      const stream = streamOf(system(), runId);
      const text = await firstPieces(stream, 2);
      expect(text).not.toBe('');
      expect(ANSWER.startsWith(text)).toBe(true);
      expect((await rest(system(), 'GET', `/v1/runs/${runId}`)).body['status']).toBe('running');

      const late = streamOf(system(), runId, { lastEventId: '1', replica: system().replicas - 1 });
      const lateText = await firstPieces(late, 1);
      expect(lateText.startsWith(text)).toBe(true);
      expect(ANSWER.startsWith(lateText)).toBe(true);

      const cancelled = await rest(system(), 'POST', `/v1/runs/${runId}/cancel`, { body: { reason: 'seen enough' } });
      expect(cancelled.status).toBe(200);
      for (const watched of [stream, late]) {
        const events = await remaining(watched);
        expect(events.at(-1)).toMatchObject({
          event: 'RunCancelled',
          data: { run_cancelled: { reason: 'seen enough' } },
        });
      }
      expect((await rest(system(), 'GET', `/v1/runs/${runId}`)).body['status']).toBe('cancelled');
      expect(await rest(system(), 'POST', `/v1/runs/${runId}/cancel`)).toMatchObject({
        status: 409,
        body: { error: { code: 'run.already_ended' } },
      });
    });
  });
}

/** The text of the first pieces; a `reset` says to forget what came. */
async function firstPieces(stream: AsyncGenerator<StreamedEvent>, count: number): Promise<string> {
  let text = '';
  for (let pieces = 0; pieces < count;) {
    const { value, done } = await stream.next();
    if (done) throw new Error('The stream ended before its text came.');
    if (value.event !== 'delta') continue;
    if (value.data['kind'] === 'reset') text = '';
    if (value.data['kind'] !== 'text') continue;
    text += String(value.data['text']);
    pieces++;
  }
  return text;
}

async function remaining(stream: AsyncGenerator<StreamedEvent>): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
