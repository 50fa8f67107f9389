import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';

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
    return (await manager.streams.getMessage(stream, { last_by_subj: subject })) !== null;
  }

  private async streamOf(manager: Manager, subject: string): Promise<string | undefined> {
    const names = await manager.streams.names(subject).next();
    return names[0];
  }
}

type Manager = Awaited<ReturnType<Bus['js']['jetstreamManager']>>;
