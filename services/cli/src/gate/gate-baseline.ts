import type { SwitchyardClient } from '@switchyard/client';
import { SwitchyardError, type Evaluation, type EvaluationComparison, type JsonObject } from '@switchyard/contracts';

/**
 * A baseline that was named, looked at before anything is run: a gate that cannot be told in the end should cost nothing.
 *
 * @throws SwitchyardError `evaluation.not_found`, `usage.invalid`, `comparison.conflict` (it is still running)
 */
export async function checkBaseline(client: SwitchyardClient, baseline: string, suite: JsonObject | string) {
  if (baseline === 'last' || baseline === 'none') return;
  const found = await client.evaluations.progress(baseline);
  const name = typeof suite === 'string' ? suite : suite['suite'];
  if (found.suite !== name)
    throw new SwitchyardError(
      'usage.invalid',
      `The baseline "${baseline}" is of the suite "${found.suite}", not of "${String(name)}". Name one of the same suite, "last" or "none".`,
    );
  if (found.status === 'running')
    throw new SwitchyardError(
      'comparison.conflict',
      `The baseline "${baseline}" is still running. Wait for its end: switchyard eval watch ${baseline}`,
    );
}

/** Undefined where there is nothing to compare with: `none`, or `last` and nothing was run before. */
export async function compareWith(
  client: SwitchyardClient,
  { id }: Evaluation,
  baseline: string,
  margin: number | undefined,
): Promise<EvaluationComparison | undefined> {
  if (baseline === 'none') return undefined;
  if (baseline !== 'last') return client.evaluations.compare(id, { baseline, margin });
  try {
    return await client.evaluations.compare(id, { margin });
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'baseline.not_found') return undefined;
    throw error;
  }
}
