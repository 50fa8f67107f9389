import type { SwitchyardClient } from '@switchyard/client';
import { EvaluationSchema, toWire, type Evaluation } from '@switchyard/contracts';
import type { CliContext } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { evaluationText, hasPassed } from './evaluation-text.js';
import { watchEvaluation } from './watch-evaluation.js';

/** Watches an evaluation to its end and prints it; the process fails where not every score passed. */
export async function followEvaluation(
  context: CliContext,
  client: SwitchyardClient,
  evaluation: Evaluation,
): Promise<void> {
  const ended = await watchEvaluation(client, evaluation);
  printEvaluation(context, ended);
  if (!hasPassed(ended)) process.exitCode = EXIT.failed;
}

export function printEvaluation(context: CliContext, evaluation: Evaluation): void {
  context.print(toWire(EvaluationSchema, evaluation, { complete: true }), () => evaluationText(evaluation));
}
