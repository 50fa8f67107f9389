import { Inject, Injectable } from '@nestjs/common';
import { Bus, RpcClient } from '@switchyard/bus';
import { CancelNoticeSchema, ExecutorService, SwitchyardError } from '@switchyard/contracts';
import type { Appended } from '@switchyard/journal';
import { DispatchService } from './dispatch.service.js';

/** Executors answer in a millisecond or two where one has the run in hand; where none has, nobody answers. */
const IN_HAND_MS = 300;

/**
 * Tells the bus what somebody other than an executor wrote into a run's journal. Nothing here fails, and nothing depends on
 * it: who has a run in hand meets the entry at its next append, and what waits is found by its time.
 */
@Injectable()
export class RunNotices {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
  ) {}

  /** The run has ended: its model stream and its tools stop at once. */
  cancelled({ state, events }: Appended, reason: string, actor: string): void {
    this.stop(state, { reason, by: actor });
    void this.dispatcher.announce(events);
  }

  /** Whatever of a cancelled run is under way is to stop. */
  stop({ tenant, runId }: { tenant: string; runId: string }, { reason, by }: { reason: string; by: string }): void {
    this.bus.emit(this.bus.subjects.cancel(runId), CancelNoticeSchema, { tenant, runId, reason, actor: by });
  }

  /** The conversation has more in it: who has the run in hand reads it before the next turn. A run that waits goes on waiting. */
  added({ state, events }: Appended): void {
    void this.dispatcher.announce(events);
    void this.dispatcher.later(state.runId, this.isInHand(state.tenant, state.runId));
  }

  /** What the run waits for is there: it goes on. */
  arrived({ state, events }: Appended, cause: string): void {
    const { tenant, runId, backend, seq, parked } = state;
    const work = { tenant, runId, backend, cause, msgId: `${runId}:${cause}:${seq}` };
    void this.dispatcher.announce(events, parked ? work : undefined);
    if (parked) return;
    // It is about to be parked, or its executor died before: a second message would have two executors at it.
    const told = this.isInHand(tenant, runId).then((inHand) => (inHand ? undefined : this.dispatcher.dispatch(work)));
    void this.dispatcher.later(runId, told);
  }

  /**
   * Whether an executor has the run in hand: it then reads the journal before its next turn.
   *
   * @param now the model request in hand is aborted
   */
  async isInHand(tenant: string, runId: string, now = false): Promise<boolean> {
    try {
      const asked = { tenant, runId, now };
      await this.rpc.call(ExecutorService.method.handOver, asked, { timeoutMs: IN_HAND_MS });
      return true;
    } catch (error) {
      if (error instanceof SwitchyardError && /^rpc\.(timeout|unavailable)$/.test(error.code)) return false;
      throw error;
    }
  }
}
