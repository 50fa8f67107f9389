import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { Ajv } from 'ajv';
import { readProblems, type Problem } from '../suite/problems.js';

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true, allowUnionTypes: true });

/** What a scorer judges: one finished run and what was expected of it. */
export interface Judged {
  /** What the case asked. */
  input: JsonValue;
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
  /** There is no score, and this is why: it counts as an error and in no mean. */
  errorCode?: string;
}

interface Named {
  /** Shown in results; unique within a case. */
  name: string;
  needsToolCalls: boolean;
}

/** A scorer with its options, ready to judge by itself: the same run gives the same verdict. */
export interface RuleScorer extends Named {
  by: 'rule';
  judge(run: Judged): Verdict;
}

/** A scorer that a tool judges for. */
export interface ToolScorer extends Named {
  by: 'tool';
  tool: string;
  arguments(run: Judged): JsonObject;
  /** @param text what the tool gave */
  read(text: string): Verdict;
}

/** A scorer that an agent judges for, asked by tasks like any other. */
export interface JudgeScorer extends Named {
  by: 'agent';
  agent: string;
  /** Empty: the agent's own choice. */
  backend: string;
  /** Fingerprint of what is asked and from where on it passes: a judge is calibrated for that, and for nothing else. */
  standard: string;
  questions(run: Judged): Question[];
  /** @param answers one for each question, in their order */
  read(answers: readonly JudgeAnswer[]): Verdict;
}

/** One thing that a judge is asked. */
export interface Question {
  /** Tells the questions of a scorer apart. */
  variant: string;
  input: string;
}

/** What a judge's run came to. */
export interface JudgeAnswer {
  variant: string;
  output: JsonValue;
  /** Why there is no output, where there is none. */
  problem: string;
  /** Fingerprint of the configuration that answered; empty where several did, or none. */
  configuration: string;
}

export type BoundScorer = RuleScorer | ToolScorer | JudgeScorer;
export type Binding = { ok: true; scorer: BoundScorer } | { ok: false; problems: Problem[] };

/** One kind of scorer. */
export interface ScorerKind {
  type: string;
  /** Checks the options (and what the case expects) and makes the scorer; says all that is wrong. */
  bind(options: JsonObject, expected: JsonValue | undefined): Binding;
}

interface KindPlan<Options> {
  type: string;
  /** JSON Schema of the options besides `type` and `name`. */
  properties: Record<string, object>;
  required?: string[];
  /** What a schema cannot say. Throws nothing: gives the problems. */
  check?(options: Options, expected: JsonValue | undefined): Problem[];
  make(name: string, options: Options, expected: JsonValue | undefined): BoundScorer;
}

/** Makes a kind of scorer; options reach it only when they satisfy its schema. */
export function defineKind<Options>(plan: KindPlan<Options>): ScorerKind {
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
      return { ok: true, scorer: plan.make(name, given, expected) };
    },
  };
}

interface ScorerPlan<Options> extends Omit<KindPlan<Options>, 'make'> {
  needsToolCalls?: boolean | ((options: Options) => boolean);
  judge(run: Judged, options: Options, expected: JsonValue | undefined): Verdict;
}

/** Makes a kind of scorer that judges by itself. */
export function defineScorer<Options>({ needsToolCalls = false, judge, ...plan }: ScorerPlan<Options>): ScorerKind {
  return defineKind<Options>({
    ...plan,
    make: (name, options, expected) => ({
      by: 'rule',
      name,
      needsToolCalls: typeof needsToolCalls === 'function' ? needsToolCalls(options) : needsToolCalls,
      judge: (run) => judge(run, options, expected),
    }),
  });
}

export function pass(reason: string): Verdict {
  return { value: 1, passed: true, reason };
}

export function fail(reason: string, value = 0): Verdict {
  return { value, passed: false, reason };
}

/** Nothing was found out about the run: the scorer itself failed. */
export function noVerdict(errorCode: string, reason: string): Verdict {
  return { value: 0, passed: false, reason, errorCode };
}
