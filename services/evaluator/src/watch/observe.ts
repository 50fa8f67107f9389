import { contentAddress, fromStore, ConfigurationSchema, type JsonValue } from '@switchyard/contracts';
import type { RunRow } from './observation.repository.js';
import type { Observed } from './observed.js';

/** Failures that say that a backend could not be asked, and nothing of what it is. */
const AWAY =
  /^(model\.(unavailable|unreachable|rate_limited|auth|not_found|broken_stream|timeout)|backend\.|rpc\.|database\.|task\.|run\.|budget\.|agent\.)/;

/** What a model turn of the probe says of itself. */
export interface Told {
  /** As the endpoint answered. */
  model: string;
  /** Milliseconds; absent where it had to be asked for more than once. */
  durationMs?: number;
}

/** What the runs of a turn say, and how many of each part said something. */
export interface Observation {
  observed: Observed;
  /** Runs of the probe that completed, and runs of the suite that count. */
  answered: number;
  /** Why the first that did not answer did not. */
  failure: string;
}

/**
 * What a turn observed, from the runs of its evaluations.
 *
 * @param told by the probe's model turns, by run
 */
export function observe(
  probe: readonly RunRow[],
  suite: readonly RunRow[],
  told: ReadonlyMap<string, Told>,
): Observation {
  const completed = probe.filter(({ status, moved }) => status === 'completed' && !moved);
  const scored = suite.flatMap(({ status, moved, code, score }) => {
    const counts = (status === 'completed' || (status === 'failed' && !AWAY.test(code))) && !moved;
    return counts && score !== null ? [score] : [];
  });
  const observed: Observed = {
    key: keyOf([...completed, ...suite.filter(({ status, moved }) => status === 'completed' && !moved)], told),
    tokens: Object.fromEntries(
      completed
        .filter(({ turns, input_tokens: tokens }) => turns === 1 && tokens > 0)
        .map(({ case_id: name, input_tokens: tokens }) => [name, tokens]),
    ),
    answers: Object.fromEntries(completed.map(({ case_id: name, output }) => [name, hashOf(output)])),
    durations: completed.flatMap(({ run_id: runId }) => told.get(runId)?.durationMs ?? []),
    scores: { sum: scored.reduce((sum, score) => sum + score, 0), count: scored.length },
  };
  const failed = [...probe, ...suite].find(({ status }) => status === 'failed' || status === 'cancelled');
  return {
    observed,
    answered: completed.length + scored.length,
    failure: failed ? `${failed.code || failed.status}: ${failed.message || 'it did not answer in time'}` : '',
  };
}

/** Several where the runs of one turn differ. */
function keyOf(runs: readonly RunRow[], told: ReadonlyMap<string, Told>): string {
  const models = [...told.values()].map(({ model }) => `answers as ${model}`);
  const keys = runs.flatMap(({ configuration }) => {
    if (configuration === null) return [];
    const { agentVersion, backend, profileVersion, model, platformVersion } = fromStore(
      ConfigurationSchema,
      configuration,
    );
    return [[agentVersion, backend, profileVersion, model, platformVersion].join(' ')];
  });
  return contentAddress([...new Set([...keys, ...models])].sort());
}

function hashOf(output: JsonValue): string {
  return contentAddress(typeof output === 'string' ? output.trim() : output).slice(7, 23);
}
