import type { RunState } from '@switchyard/journal';
import { SwitchyardError } from '@switchyard/contracts';
import { EARLY_MS } from '../waits/wake-ups.service.js';
import { RunFailure } from './run-failure.js';

/** Turns in a row of which every call was wrong, after which the model is not asked again. */
const MAX_REJECTED_TURNS = 3;
/** Deliveries after which an error that nobody foresaw ends the run instead of being tried again. */
const MAX_UNFORESEEN = 3;

/** Why an answer that was read ends the run as failed; undefined where it does not. */
export function failureOfTurn(state: RunState): RunFailure | undefined {
  const details = { backend: state.backend, turn: state.turns };
  if (state.finishReason === 'refused') {
    return RunFailure.because(
      'model.refused',
      'The model or its provider refused to answer. Change the input or the instructions, or use another backend.',
      details,
    );
  }
  const cutBeforeText =
    state.finishReason === 'length' &&
    state.openCalls.length === 0 &&
    lastText(state) === '' &&
    state.messages.at(-1)?.role === 'assistant';
  if (cutBeforeText) {
    return RunFailure.because(
      'model.truncated',
      'The answer reached its output limit before it said anything. Raise parameters.max_output_tokens of the agent.',
      details,
    );
  }
  if (state.rejectedTurns >= MAX_REJECTED_TURNS) {
    return RunFailure.because(
      'model.invalid_calls',
      `The model wrote calls that cannot be executed in ${state.rejectedTurns} turns in a row, although it was told what was wrong. Look at the run's journal, or use another backend.`,
      details,
    );
  }
  return undefined;
}

/**
 * Whether a message makes this parked run look again at what it waits for. Any does: a wake-up is a hint and no fact, and
 * a run that was woken for nothing is parked as before. Only before the time of another try at the same backend
 * nothing could come of it; a moment before it is waited for.
 */
export function mayResume({ parked, attempts }: Pick<RunState, 'parked' | 'attempts'>, now: Date): boolean {
  if (!parked) return false;
  if (parked.reason !== 'retry' || attempts === 0 || parked.until === '') return true;
  return Date.parse(parked.until) - EARLY_MS <= now.getTime();
}

/** What an error that came up while a run was advanced means for the run; undefined: hand the message back. */
export function failureOf(error: unknown, delivery: number): RunFailure | undefined {
  if (error instanceof RunFailure) return error;
  if (error instanceof SwitchyardError) {
    // The journal's own errors are not the run's: a run that cannot be read becomes a dead letter.
    return error.retryable || error.code.startsWith('journal.') || error.code === 'run.not_found'
      ? undefined
      : RunFailure.of(error);
  }
  if (delivery < MAX_UNFORESEEN) return undefined;
  const reason = error instanceof Error ? error.message : String(error);
  return RunFailure.because(
    'internal',
    `The executor met an error that it does not know, ${delivery} times: ${reason}. This is a defect; the logs have the stack.`,
  );
}

function lastText(state: RunState): string {
  return (state.messages.at(-1)?.parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
}
