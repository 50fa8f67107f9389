import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Ajv } from 'ajv';
import { readProblems, type Problem } from '../suite/problems.js';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });

/** What a scorer judges: one finished run and what was expected of it. */
export interface Judged {
  output: JsonValue;
  /** In the order in which the model asked for them. Empty unless the scorer asks for them. */
  toolCalls: readonly ToolCallMade[];
  /** From acceptance to the end. */
  durationMs: number;
  costUsd: number;
}

export interface ToolCallMade {
  tool: string;
  arguments: JsonObject;
}

export interface Verdict {
  /** 0 to 1. */
  value: number;
  passed: boolean;
  /** For people: what was found. */
  reason: string;
}

/** A scorer with its options, ready to judge. */
export interface BoundScorer {
  /** Shown in results; unique within a case. */
  name: string;
  needsToolCalls: boolean;
  judge(run: Judged): Verdict;
}

export type Binding = { ok: true; scorer: BoundScorer } | { ok: false; problems: Problem[] };

/** One kind of scorer. Deterministic: the same run gives the same verdict. */
export interface ScorerKind {
  type: string;
  /** Checks the options (and what the case expects) and makes the scorer; says all that is wrong. */
  bind(options: JsonObject, expected: JsonValue | undefined): Binding;
}

interface ScorerPlan<Options> {
  type: string;
  needsToolCalls?: boolean;
  /** JSON Schema of the options besides `type` and `name`. */
  properties: Record<string, object>;
  required?: string[];
  /** What a schema cannot say. Throws nothing: gives the problems. */
  check?(options: Options, expected: JsonValue | undefined): Problem[];
  judge(run: Judged, options: Options, expected: JsonValue | undefined): Verdict;
}

/** Makes a kind of scorer; options reach it only when they satisfy its schema. */
export function defineScorer<Options>(plan: ScorerPlan<Options>): ScorerKind {
  const validate = ajv.compile<Options>({
    type: 'object',
    properties: {
      type: { const: plan.type },
      name: { type: 'string', minLength: 1, maxLength: 64 },
      ...plan.properties,
    },
    required: plan.required ?? [],
    additionalProperties: false,
  });
  return {
    type: plan.type,
    bind: (options, expected) => {
      const given: unknown = options;
      if (!validate(given)) return { ok: false, problems: readProblems(validate.errors ?? []) };
      const problems = plan.check?.(given, expected) ?? [];
      if (problems.length > 0) return { ok: false, problems };
      const name = typeof options['name'] === 'string' ? options['name'] : plan.type;
      const judge = (run: Judged) => plan.judge(run, given, expected);
      return { ok: true, scorer: { name, needsToolCalls: plan.needsToolCalls ?? false, judge } };
    },
  };
}

export function pass(reason: string): Verdict {
  return { value: 1, passed: true, reason };
}

export function fail(reason: string, value = 0): Verdict {
  return { value, passed: false, reason };
}
