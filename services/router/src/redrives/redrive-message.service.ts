import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import {
  decode,
  eventTypeOf,
  GiveFeedbackRequestSchema,
  RunEventSchema,
  SwitchyardError,
  TaskRequestSchema,
  timestampMs,
  ToolWorkSchema,
  type DeadLetter,
} from '@switchyard/contracts';
import { hasEnded, JournalStore } from '@switchyard/journal';
import { CONFIG } from '@switchyard/service';
import { BackendsService } from '../backends/backends.service.js';
import type { StoredLetter } from '../dead-letters/dead-letters.repository.js';
import { DispatchService } from '../dispatch/dispatch.service.js';
import { SwitchService } from '../runs/switch.service.js';
import { keyOfPlace, readTask } from '../tasks/read-task.js';
import { SubmitService } from '../tasks/submit.service.js';
import type { RedriveOrder } from './redrive-order.js';

/**
 * Gives messages that failed another try. Each goes in by the door that it came to, under an id that is its own: done
 * twice, it is one message, one task, one call.
 */
@Injectable()
export class RedriveMessageService {
  constructor(
    @Inject(Bus) private readonly bus: Bus,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(SubmitService) private readonly tasks: SubmitService,
    @Inject(SwitchService) private readonly switches: SwitchService,
    @Inject(BackendsService) private readonly backends: BackendsService,
    @Inject(DispatchService) private readonly dispatcher: DispatchService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @returns the run that goes on; empty where it is only asked whether one would
   * @throws SwitchyardError `redrive.run_ended`, `redrive.nothing_waits`, `redrive.not_journaled`, `backend.not_found`, and
   *   what the door throws
   */
  redrive(stored: StoredLetter, order: RedriveOrder): Promise<string> {
    switch (stored.letter.kind) {
      case 'tasks':
        return this.task(stored, order);
      case 'exec':
        return this.exec(stored.letter, order);
      case 'tool':
        return this.tool(stored.letter, order);
      case 'feedback':
        return this.feedback(stored.letter, order);
      default:
        return this.event(stored.letter, order);
    }
  }

  /** Accepted under the key that it came with, also where that was its place in the stream: it is the same task. */
  private async task({ letter, msgId }: StoredLetter, { backend, dryRun }: RedriveOrder): Promise<string> {
    const request = decode(TaskRequestSchema, letter.payload);
    const key = letter.headers['Nats-Msg-Id'] ?? placeOf(letter.subject, msgId) ?? `redrive:tasks:${letter.id}`;
    const read = readTask(request, { tenant: letter.tenant, key, maxBytes: this.config.limits.taskBytes });
    if (dryRun) return '';
    // The fingerprint stays that of the content: whoever publishes the task again finds it accepted.
    const asked = backend === '' ? read : { ...read, request: { ...request, backend } };
    return (await this.tasks.submit(asked)).task.run_id;
  }

  private async exec(letter: DeadLetter, { backend, actor, dryRun }: RedriveOrder): Promise<string> {
    const run = await this.journal.findRun(letter.runId);
    if (!run || run.tenant !== letter.tenant) throw notJournaled(letter);
    const { tenant, runId } = run;
    if (hasEnded(run)) throw runEnded(letter, run.status);
    const { name } = await this.backends.get(backend || run.backend);
    if (dryRun) return '';
    if (name !== run.backend) {
      await this.switches.switchRun({
        ...{ $typeName: 'switchyard.v1.SwitchRunRequest', tenant, runId, backend: name, actor },
        ...{ reason: 'redriven', now: false },
      });
    }
    await this.dispatcher.dispatch({ tenant, runId, backend: name, cause: 'redriven', msgId: idOf(letter, runId) });
    return runId;
  }

  /** Only while its run waits for it: what a run goes without is not done for it. */
  private async tool(letter: DeadLetter, { dryRun }: RedriveOrder): Promise<string> {
    const work = decode(ToolWorkSchema, letter.payload);
    const { callId = '', runId = '', tenant = '' } = work.call ?? {};
    const { state } = await this.journal.load(runId);
    const waits = !hasEnded(state) && state.openCalls.some((call) => call.callId === callId && call.result === null);
    if (!waits || state.tenant !== tenant) {
      throw new SwitchyardError(
        'redrive.nothing_waits',
        `The call ${callId} was not queued again: the run ${runId} does not wait for it any more.`,
        { details: { run_id: runId, call_id: callId } },
      );
    }
    if (dryRun) return '';
    await this.bus.publish(letter.subject, ToolWorkSchema, work, { msgId: idOf(letter, callId) });
    return runId;
  }

  /** Checked again where it is taken in: the run may be known by now. */
  private async feedback(letter: DeadLetter, { dryRun }: RedriveOrder): Promise<string> {
    const request = decode(GiveFeedbackRequestSchema, letter.payload);
    if (dryRun) return '';
    await this.bus.publish(letter.subject, GiveFeedbackRequestSchema, request, { msgId: idOf(letter, request.id) });
    return request.runId;
  }

  /** The journal's entry, not the letter's: anyone who may publish can have written that. */
  private async event(letter: DeadLetter, { dryRun }: RedriveOrder): Promise<string> {
    const { tenant, runId, seq } = decode(RunEventSchema, letter.payload);
    const [event] = await this.journal.loadAfter(runId, seq - 1, 1);
    if (event?.seq !== seq || event.tenant !== tenant) throw notJournaled(letter);
    if (dryRun) return '';
    const subject = this.bus.subjects.event(tenant, runId, eventTypeOf(event));
    await this.bus.publish(subject, RunEventSchema, event, { msgId: idOf(letter, `${runId}:${seq}`) });
    return runId;
  }
}

/** Another one than the first message's, which the stream may still remember; the same whenever this letter is redriven. */
function idOf({ time }: DeadLetter, what: string): string {
  return `${what}:redriven:${time ? timestampMs(time) : 0}`;
}

/** The key of a task that had none of its own; undefined where the letter does not say where it stood. */
function placeOf(subject: string, msgId: string): string | undefined {
  const [, streamSeq, nanos] = /^dead:[^:]+:(\d+):(\d+)$/.exec(msgId) ?? [];
  if (streamSeq === undefined || nanos === undefined) return undefined;
  const timestamp = new Date(Number.parseInt(nanos, 10) / 1_000_000);
  return keyOfPlace({ subject, streamSeq: Number(streamSeq), timestamp });
}

function notJournaled({ kind, id }: DeadLetter): SwitchyardError {
  return new SwitchyardError(
    'redrive.not_journaled',
    `The dead letter ${kind} ${id} was not redriven: the journal has no such run or entry. There is nothing to go on with.`,
    { details: { kind, id } },
  );
}

function runEnded({ runId }: DeadLetter, status: string): SwitchyardError {
  const advice = status === 'failed' ? ` Redrive the run itself: "switchyard dead-letters redrive run ${runId}".` : '';
  return new SwitchyardError('redrive.run_ended', `Run ${runId} is ${status}: there is nothing to dispatch.${advice}`, {
    details: { run_id: runId, status },
  });
}
