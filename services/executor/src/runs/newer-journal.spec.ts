import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SwitchyardError } from '@switchyard/contracts';
import { JOURNAL_FORM } from '@switchyard/journal';
import { sql } from '@switchyard/persistence';
import { waitFor } from '@switchyard/testing';
import { World } from '../world.fixture.js';
import { handedOnInstead } from './newer-journal.js';

describe('a run that a newer build has written to', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.create();
  });
  afterEach(() => world.close());

  const writtenAs = (runId: string, form: number): Promise<object[]> =>
    sql(
      world.dataSource,
      `UPDATE journal.events SET data = data || jsonb_build_object('version', $2::integer) WHERE run_id = $1`,
      [runId, form],
    );

  it('is handed back, neither failed nor a dead letter, and goes on where it can be read', async () => {
    world.simulator.enqueue({ text: 'Done.' });
    const runId = await world.accept('Hi');
    await writtenAs(runId, JOURNAL_FORM + 1);
    await world.startExecutor();
    await waitFor(async () => (await redelivered(world)) > 0, {
      describe: 'the message to come again',
      timeoutMs: 20_000,
    });
    expect(await world.store.findRun(runId)).toMatchObject({ status: 'queued', seq: 1, error: null });
    expect(await world.deadLetters()).toEqual([]);
    await writtenAs(runId, JOURNAL_FORM);
    expect((await world.ended(runId)).state).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(await world.deadLetters()).toEqual([]);
  });

  it('is never delivered so often that its message counts as dead: it is sent anew, and the first one is done with', async () => {
    const runId = await world.accept('Hi');
    const [first] = await world.stored('EXEC');
    const work = {
      $typeName: 'switchyard.v1.ExecWork' as const,
      tenant: 'default',
      runId,
      backend: 'simulator',
      cause: 'woken',
    };
    const future = new SwitchyardError('journal.future_version', 'newer', { retryable: true });
    const after = (delivery: number, error: Error = future) =>
      handedOnInstead(world.bus, work, { delivery, streamSeq: 1 }, error);
    expect(await after(3)).toBe(false);
    expect(await after(9, new SwitchyardError('rpc.timeout', 'late', { retryable: true }))).toBe(false);
    expect(await world.stored('EXEC')).toEqual([first]);
    expect(await after(4)).toBe(true);
    // A crash before the acknowledgement: told again, it is the same message.
    expect(await after(5)).toBe(true);
    const [, again, ...more] = await world.stored('EXEC');
    expect(JSON.parse(String(Buffer.from(again?.data ?? [])))).toMatchObject({ run_id: runId, cause: 'woken' });
    expect(more).toEqual([]);
  });
});

/** Messages that were delivered more than once and are not acknowledged, as the work queue counts them. */
async function redelivered(world: World): Promise<number> {
  const manager = await world.bus.js.jetstreamManager(false);
  const [stream] = await manager.streams.names(`${world.bus.prefix}.exec.>`).next();
  let count = 0;
  for await (const { num_redelivered } of manager.consumers.list(stream ?? '')) count += num_redelivered;
  return count;
}
