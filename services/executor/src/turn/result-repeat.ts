import type { RunEventBodyInit, RunState } from '@switchyard/journal';
import { userMessage, type ModelResponse } from '@switchyard/models';
import { RunFailure } from '../runs/run-failure.js';

/** How often in a run a model is told what is wrong with its result, before the run fails. */
const MAX_REJECTED_RESULTS = 2;

/**
 * What goes back to the model where its answer is not the result that was asked for; undefined where it is, and where none was.
 *
 * @throws RunFailure `run.result_invalid` when the model was told often enough
 */
export function resultRepeat(
  state: Pick<RunState, 'backend' | 'turns' | 'rejectedResults'>,
  { output }: Pick<ModelResponse, 'output'>,
): RunEventBodyInit | undefined {
  if (output === undefined || output.ok) return undefined;
  if (state.rejectedResults >= MAX_REJECTED_RESULTS) {
    throw RunFailure.because(
      'run.result_invalid',
      `The model gave no result that fits the agent's result_schema, although it was told ${state.rejectedResults} times what was wrong. Last: ${output.reason} Look at the run's journal, simplify result_schema, or use another backend.`,
      { backend: state.backend, turn: state.turns, fault: output.code },
    );
  }
  const message = userMessage(
    `Your answer is not the result that was asked for. ${output.reason} Give the whole result again.`,
  );
  return { case: 'inputAppended', value: { source: 'result', messages: [JSON.parse(JSON.stringify(message))] } };
}
