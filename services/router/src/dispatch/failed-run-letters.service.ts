import { Inject, Injectable } from '@nestjs/common';
import { Bus, deadLetter } from '@switchyard/bus';
import { fromErrorInfo, create, ErrorInfoSchema } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';

/** Tells whoever listens on the subjects of dead letters of runs that failed. Lists go by the journal. */
@Injectable()
export class FailedRunLetters {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(JournalStore) private readonly journal: JournalStore,
  ) {}

  /** Somebody says that the run has failed; it has when the journal says so too. @throws SwitchyardError `bus.…`, `database.…` */
  async publish(runId: string): Promise<void> {
    const run = await this.journal.findRun(runId);
    if (run?.status !== 'failed') return;
    await deadLetter(this.bus, {
      kind: 'run',
      id: runId,
      subject: this.bus.subjects.event(run.tenant, runId, 'RunFailed'),
      cause: fromErrorInfo(create(ErrorInfoSchema, run.error ?? { code: 'internal' })),
      payload: JSON.stringify(run.input),
      runId,
      seq: run.seq,
      msgId: `dead:run:${runId}`,
    });
  }
}
