import {
  ChildRunSettledSchema,
  create,
  ModelTurnCompletedSchema,
  toValue,
  type RunAccepted,
  type RunEvent,
  type RunEventBody,
} from '@switchyard/contracts';
import type { EventDraft, RunEventBodyInit } from '../event-draft.js';
import type { RunState } from '../state/run-state.js';

/** What is decided anew for a fork. */
export interface ForkChoices {
  agentVersion: string;
  backend: string;
  routingReason: string;
  fallbacks: readonly string[];
  /** Of every entry: they come to be in this run now. */
  time: Date;
  /** Who forks, and in which trace. */
  actor: string;
  traceId: string;
}

/**
 * The first entries of a fork: the acceptance, and the other run's entries 2 to `seq` at the same places, so that what
 * refers to a place still does. Folded, they give the conversation that the other run had there, to the letter.
 *
 * - A turn and a child's end lose what they cost: that is the other run's, and no sum has it twice. Turns keep who answered.
 * - Waits, budgets and moves are the other run's affairs: an entry that says nothing stands for each.
 * - The thread and the caller stay with the other run: a fork stands in no conversation's way, and answers no call twice.
 *
 * Actor and trace of copied entries stay those of who made them. Pure.
 *
 * @param events the other run's, from its first
 * @param seq as of `forkPlace`
 */
export function forkedDrafts(events: readonly RunEvent[], seq: number, choices: ForkChoices): EventDraft[] {
  const [first, ...rest] = events.slice(0, seq);
  if (first?.body.case !== 'runAccepted') throw new TypeError('A journal begins with RunAccepted');
  const turns = rest.filter(({ body }) => body.case === 'modelTurnCompleted').length;
  const { time, actor, traceId } = choices;
  const value = acceptance(first.body.value, choices, { runId: first.runId, seq, turns });
  return [
    { body: { case: 'runAccepted', value }, actor, traceId, time },
    ...rest.map((event) => ({ body: copyOf(event), actor: event.actor, traceId: event.traceId, time })),
  ];
}

/**
 * Ends the calls that a run left open, so that it can be gone on with: the model is told that nobody knows a result.
 * Only for calls that may be made again.
 */
export function abandonedCalls(state: Pick<RunState, 'openCalls'>): RunEventBodyInit[] {
  return state.openCalls
    .filter((call) => call.result === null)
    .map(({ callId, tool }) => ({
      case: 'toolCallSettled',
      value: {
        tool,
        result: {
          callId,
          status: 'error',
          error: {
            code: 'tool.abandoned',
            message: 'The run ended before this call gave a result. Call it again where it is still needed.',
          },
        },
      },
    }));
}

function acceptance(
  { input, user, limits, metadata, priority, recordedAnswers }: RunAccepted,
  { agentVersion, backend, routingReason, fallbacks }: ForkChoices,
  fork: { runId: string; seq: number; turns: number },
): Extract<RunEventBodyInit, { case: 'runAccepted' }>['value'] {
  const chosen = { agentVersion, backend, routingReason, fallbacks: [...fallbacks] };
  const kept = { input: input ?? toValue(null), user, metadata, priority };
  // Of a run that acted on nothing, a fork acts on nothing either.
  const answered = recordedAnswers ? { recordedAnswers } : {};
  return { ...chosen, ...kept, ...(limits ? { limits } : {}), ...answered, fork };
}

function copyOf({ runId, body }: RunEvent): RunEventBodyInit {
  switch (body.case) {
    case 'modelTurnCompleted':
      return { case: body.case, value: withoutCost(body.value) };
    case 'inputAppended': {
      // Who says something once to that run may say it to this one too.
      const { $typeName: _name, $unknown: _unknown, id: _id, ...kept } = body.value;
      return { case: body.case, value: kept };
    }
    case 'childRunSettled': {
      const { callId, childRunId, status } = body.value;
      return { case: body.case, value: create(ChildRunSettledSchema, { callId, childRunId, status }) };
    }
    case 'runParked':
    case 'runResumed':
    case 'budgetReserved':
    case 'budgetSettled':
    case 'backendSwitched':
      return { case: 'inputAppended', value: { source: 'fork', references: [runId] } };
    case undefined:
    case 'runAccepted':
    case 'runCompleted':
    case 'runFailed':
    case 'runCancelled':
      throw new TypeError(`Entry of the kind ${body.case ?? 'none'} cannot be copied into a fork`);
    default:
      return body;
  }
}

function withoutCost(turn: Extract<RunEventBody, { case: 'modelTurnCompleted' }>['value']) {
  const { $typeName: _name, $unknown: _unknown, usage: _usage, costUsd: _cost, ...kept } = turn;
  return create(ModelTurnCompletedSchema, kept);
}
