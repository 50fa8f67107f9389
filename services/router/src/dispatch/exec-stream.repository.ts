import { Inject, Injectable } from '@nestjs/common';
import { Bus, execDurable } from '@switchyard/bus';

/** What the work queue of the executors still holds. */
@Injectable()
export class ExecStreamRepository {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  /**
   * Whether work for this run is in the queue: waiting, or in hand and not acknowledged. False too where the stream is
   * gone.
   */
  async holds(backend: string, runId: string): Promise<boolean> {
    const subject = this.bus.subjects.exec(backend, runId);
    const manager = await this.bus.js.jetstreamManager(false);
    const stream = await this.streamOf(manager, subject);
    if (stream === undefined) return false;
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    if (!message) return false;
    const settled = await this.settledUpTo(manager, stream, backend);
    if (message.seq > settled) return true;
    // A server that was killed has messages back that were acknowledged: nobody is ever given them, and they would count
    // as work that waits for as long as the stream lives.
    await manager.streams.purge(stream, { filter: this.bus.subjects.exec(backend, '*'), seq: settled + 1 });
    return false;
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

  /** The place up to which the backend's executors have acknowledged all; 0 where it has no consumer yet. */
  private async settledUpTo(manager: Manager, stream: string, backend: string): Promise<number> {
    for await (const { name, ack_floor } of manager.consumers.list(stream)) {
      if (name === execDurable(backend)) return ack_floor.stream_seq;
    }
    return 0;
  }

  private async streamOf(manager: Manager, subject: string): Promise<string | undefined> {
    const names = await manager.streams.names(subject).next();
    return names[0];
  }
}

type Manager = Awaited<ReturnType<Bus['js']['jetstreamManager']>>;
