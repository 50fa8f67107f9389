import { Inject, Injectable } from '@nestjs/common';
import { thatFit } from '@switchyard/bus';
import {
  create,
  eventTypeOf,
  RunStepSchema,
  SwitchyardError,
  type RunEvent,
  type RunStateView,
  type RunStep,
  type RunStepsQuery,
} from '@switchyard/contracts';
import { JournalStore, steps, type Step } from '@switchyard/journal';
import { runNotFound } from '../runs/run-errors.js';
import { bytesOf } from '../shared/bytes-of.js';
import { stateView } from './state-view.js';
import { stepSummary } from './step-summary.js';

const MAX_STEPS = 1_000;

/** Reads a run's journal again, entry by entry, and tells what the run was; nothing is executed. */
@Injectable()
export class ReplayService {
  constructor(@Inject(JournalStore) private readonly journal: JournalStore) {}

  /** @param seq 0: the last entry. @throws SwitchyardError `run.not_found`, `run.entry_not_found` */
  async stateAt(tenant: string, runId: string, seq: number): Promise<RunStateView> {
    const events = await this.read(tenant, runId);
    const last = events.length;
    for (const step of steps(events)) if (step.event.seq === (seq || last)) return stateView(step, last);
    throw new SwitchyardError('run.entry_not_found', `Run ${runId} has no entry ${seq}; its last one is ${last}.`, {
      details: { run_id: runId, seq, last_seq: last },
    });
  }

  /** Entries after `afterSeq`, in order. @throws SwitchyardError `run.not_found` */
  async steps(query: RunStepsQuery): Promise<{ steps: RunStep[]; more: boolean }> {
    const { tenant, runId, afterSeq, limit } = query;
    const events = await this.read(tenant, runId);
    const most = Math.min(limit || MAX_STEPS, MAX_STEPS);
    const found: RunStep[] = [];
    for (const step of steps(events)) {
      if (step.event.seq <= afterSeq) continue;
      found.push(stepOf(step));
      if (found.length > most) break;
    }
    const shown = thatFit(found.slice(0, most), bytesOf(RunStepSchema));
    return { steps: shown, more: shown.length < found.length };
  }

  private async read(tenant: string, runId: string): Promise<RunEvent[]> {
    const { state, events } = await this.journal.load(runId);
    if (state.tenant === tenant) return events;
    throw runNotFound(runId);
  }
}

function stepOf({ event, state, next, forkable }: Step): RunStep {
  const { status, backend, turns, messages, openCalls } = state;
  return create(RunStepSchema, {
    ...{ seq: event.seq, actor: event.actor, status, backend, turns, forkable },
    type: eventTypeOf(event),
    ...(event.time ? { time: event.time } : {}),
    summary: stepSummary(event),
    messages: messages.length,
    openCalls: openCalls.filter((call) => call.result === null).map((call) => call.callId),
    next: next.type,
  });
}
