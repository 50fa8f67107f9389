import { Inject, Injectable } from '@nestjs/common';
import { Bus, execDurable, subjectTokens, toolDurable } from '@switchyard/bus';
import { groupsOf } from './groups-of.js';

/** Messages asked for at once. */
const SIDE_BY_SIDE = 32;

/** A run, and the backend in whose queue its work would be. */
export interface PlacedRun {
  backend: string;
  runId: string;
}

/** What the work queues of the executors and the tool hosts still hold. */
@Injectable()
export class ExecStreamRepository {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  /**
   * Of these runs, the ids of those whose work is in the queue: waiting, or in hand and not acknowledged. None where the
   * stream is gone.
   */
  async held(runs: readonly PlacedRun[]): Promise<Set<string>> {
    const held = new Set<string>();
    if (runs.length === 0) return held;
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager, this.bus.subjects.exec('*', '*'));
    if (stream === undefined) return held;
    const settled = await this.settledUpTo(manager, stream);
    const purged = new Map<string, number>();
    await inGroups(runs, async ({ backend, runId }) => {
      const subject = this.bus.subjects.exec(backend, runId);
      const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
      if (!message) return;
      const floor = settled.get(execDurable(backend)) ?? 0;
      if (message.seq > floor) held.add(runId);
      else purged.set(backend, floor);
    });
    // A server that was killed has messages back that were acknowledged: nobody is ever given them, and they would count
    // as work that waits for as long as the stream lives.
    for (const [backend, floor] of purged)
      await manager.streams.purge(stream, { filter: this.bus.subjects.exec(backend, '*'), seq: floor + 1 });
    return held;
  }

  /** Of these calls, those that wait for a tool host, or are in hand at one. */
  async heldCalls(callIds: readonly string[]): Promise<Set<string>> {
    const held = new Set<string>();
    if (callIds.length === 0) return held;
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager, this.bus.subjects.tool('*', '*'));
    if (stream === undefined) return held;
    const settled = await this.settledUpTo(manager, stream);
    await inGroups(callIds, async (callId) => {
      const message = await manager.streams.getMessage(stream, { last_by_subj: this.bus.subjects.tool('*', callId) });
      if (!message) return;
      const [pool = ''] = subjectTokens(message.subject, this.bus.prefix).tokens;
      if (message.seq > (settled.get(toolDurable(pool)) ?? 0)) held.add(callId);
    });
    return held;
  }

  /**
   * Changes when the server was started again or the queue was made anew: what was acknowledged to a publisher may be
   * lost since. Undefined where the queue is gone.
   */
  async generation(): Promise<string | undefined> {
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager, this.bus.subjects.exec('*', '*'));
    if (stream === undefined) return undefined;
    const { created } = await manager.streams.info(stream);
    return `${this.bus.nc.info?.server_id ?? ''} ${String(created)}`;
  }

  /**
   * Takes away what waits for this run in a backend's queue, because the run is on another backend now. Who was handed it
   * a moment ago reads the journal and passes the run on.
   */
  async drop(backend: string, runId: string): Promise<void> {
    const subject = this.bus.subjects.exec(backend, runId);
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager, subject);
    if (stream !== undefined) await manager.streams.purge(stream, { filter: subject });
  }

  /** For each consumer the place up to which all is acknowledged. */
  private async settledUpTo(manager: Manager, stream: string): Promise<Map<string, number>> {
    const floors = new Map<string, number>();
    for await (const { name, ack_floor } of manager.consumers.list(stream)) floors.set(name, ack_floor.stream_seq);
    return floors;
  }

  private async streamOf(manager: Manager, subject: string): Promise<string | undefined> {
    const names = await manager.streams.names(subject).next();
    return names[0];
  }
}

type Manager = Awaited<ReturnType<Bus['js']['jetstreamManager']>>;

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const group of groupsOf(items, SIDE_BY_SIDE)) await Promise.all(group.map(work));
}
