import type { JsonObject, JsonValue } from '@switchyard/contracts';
import type { Judged, ScorerKind, Verdict } from './scorer.js';

/** A run as scorers see it, with what a test does not care about filled in. */
export function run(parts: Partial<Judged> = {}): Judged {
  return { input: '', output: '', toolCalls: [], durationMs: 0, costUsd: 0, ...parts };
}

/** Binds the options and judges; throws what is wrong with them. */
export function judge(kind: ScorerKind, options: JsonObject, judged: Judged, expected?: JsonValue): Verdict {
  const binding = kind.bind(options, expected);
  if (!binding.ok) throw new Error(JSON.stringify(binding.problems));
  if (binding.scorer.by !== 'rule') throw new Error(`${kind.type} does not judge by itself`);
  return binding.scorer.judge(judged);
}

/** The paths and reasons for which options are refused; empty where they are accepted. */
export function problemsOf(kind: ScorerKind, options: JsonObject, expected?: JsonValue): string[] {
  const binding = kind.bind(options, expected);
  return binding.ok ? [] : binding.problems.map(({ path, reason }) => `${path}: ${reason}`);
}
