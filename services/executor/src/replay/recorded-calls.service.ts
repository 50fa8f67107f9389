import { Inject, Injectable } from '@nestjs/common';
import { fromStore, InputAppendedSchema, ToolResultSchema, type AgentVersion } from '@switchyard/contracts';
import {
  argumentsKey,
  JournalStore,
  matchCalls,
  type EventDraft,
  type OpenCall,
  type RecordedAnswer,
  type RunEventBodyInit,
  type RunReplay,
  type RunState,
} from '@switchyard/journal';
import { metrics } from '@switchyard/telemetry';
import type { RunFailure } from '../runs/run-failure.js';
import { recorded } from '../runs/run-progress.js';
import { FindCalls } from '../waits/find-calls.service.js';
import { settledAsError } from '../waits/own-result.js';
import { diverged, untold } from './divergence.js';

/** What became of the calls of a turn. */
export interface CallsLookedUp {
  /** For the journal, in the order of the calls. */
  drafts: EventDraft[];
  /** Why the run ends here; undefined where it goes on. */
  failure?: RunFailure;
}

/**
 * Answers the calls of a run from its record. Nothing is asked of anybody who could act: no tool host, no other agent, no person, no
 * timer, no memory. Only a search for tools is made again, over the catalogue: it acts on nothing, and what it shows depends on the
 * tools that the agent has now.
 */
@Injectable()
export class RecordedCalls {
  private readonly lookedUp = metrics.counter(
    'switchyard_executor_recorded_calls_total',
    'Tool calls of runs that are answered from a record, by whether there was an answer.',
    ['outcome'],
  );

  constructor(
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(FindCalls) private readonly searches: FindCalls,
  ) {}

  /** What the recorded run was told before its first turn, told again. */
  async context({ tenant }: RunState, { payload }: RunReplay): Promise<EventDraft[]> {
    const { context } = await this.journal.answerRecord(tenant, payload);
    return context.map((entry) => recorded({ case: 'inputAppended', value: fromStore(InputAppendedSchema, entry) }));
  }

  /**
   * The same state gives the same answers, whoever looks and however often.
   *
   * @param calls those without a result, in order
   */
  async advance(
    state: RunState,
    replay: RunReplay,
    calls: readonly OpenCall[],
    agent: AgentVersion,
  ): Promise<CallsLookedUp> {
    const { answers } = await this.journal.answerRecord(state.tenant, replay.payload);
    const earlier = replay.calls;
    const wanted = calls.filter(({ kind }) => kind !== 'find');
    const asked = wanted.map((call) => ({ tool: call.tool, key: argumentsKey(call.arguments) }));
    const places = matchCalls(answers, [...earlier, ...asked]);
    const drafts: EventDraft[] = [];
    for (const call of calls) {
      const at = wanted.indexOf(call);
      if (at < 0) {
        drafts.push(...(await this.searches.advance(state, call, agent)).bodies.map((body) => recorded(body)));
        continue;
      }
      const place = places[earlier.length + at];
      const answer = place === undefined ? undefined : answers[place];
      this.lookedUp.inc({ outcome: answer ? 'answered' : replay.unmatched });
      if (answer) drafts.push(recorded(answered(call, answer)));
      else if (replay.unmatched === 'tell') drafts.push(...told(call));
      else {
        const before = places.slice(0, earlier.length + at);
        const used = new Set(before.filter((used) => used !== undefined));
        return { drafts, failure: diverged({ turn: state.turns, call, answers, used, runId: replay.runId }) };
      }
    }
    return { drafts };
  }
}

function answered({ callId, tool }: OpenCall, { result }: RecordedAnswer): RunEventBodyInit {
  const value = { tool, result: { ...fromStore(ToolResultSchema, result), callId } };
  return { case: 'toolCallSettled', value };
}

function told(call: OpenCall): EventDraft[] {
  const { code, message } = untold(call);
  return settledAsError(call, code, message).bodies.map((body) => recorded(body));
}
