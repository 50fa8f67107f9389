import {
  toValue,
  type JsonObject,
  type JsonValue,
  type MessageInitShape,
  type ToolFixturesSchema,
} from '@switchyard/contracts';
import { joinPath, type Problem } from './problems.js';

/** What the tool calls of a case are answered with, instead of being made. JSON throughout, as it is stored. */
export interface CaseFixtures {
  /** A recorded run: the answers that it got. */
  run?: string;
  /** Instead, or before them. */
  answers?: WrittenAnswer[];
  /** What becomes of a call that nothing answers; stop where absent. */
  unmatched?: 'stop' | 'tell';
}

export interface WrittenAnswer {
  tool: string;
  /** Absent: any. */
  arguments?: JsonObject;
  /** Text, or any JSON value. */
  result: JsonValue;
  /** The result is why the call failed. */
  error?: boolean;
  repeatable?: boolean;
}

/** Answers of one case that are written out: more are named by their run. */
export const MAX_ANSWERS = 1_000;

export const fixturesSchema = {
  type: 'object',
  properties: {
    run: { type: 'string', pattern: '^run_[A-Za-z0-9_-]{1,64}$' },
    answers: {
      type: 'array',
      maxItems: MAX_ANSWERS,
      items: {
        type: 'object',
        properties: {
          tool: { type: 'string', pattern: '^[^\\s\\u0000-\\u001f\\u007f]{1,128}$' },
          arguments: { type: 'object' },
          result: {},
          error: { type: 'boolean' },
          repeatable: { type: 'boolean' },
        },
        required: ['tool', 'result'],
        additionalProperties: false,
      },
    },
    unmatched: { enum: ['stop', 'tell'] },
  },
  additionalProperties: false,
};

/** What the schema cannot say without naming two keys at once. */
export function fixtureProblems({ run, answers }: CaseFixtures, path: string): Problem[] {
  if (run !== undefined || answers !== undefined) return [];
  const reason = 'has neither "run" nor "answers"; give one of them, [] for a case that may call no tool';
  return [{ path: joinPath(path, 'fixtures'), reason }];
}

/** As a task carries them. */
export function toolFixtures({
  run = '',
  answers = [],
  unmatched = 'stop',
}: CaseFixtures): MessageInitShape<typeof ToolFixturesSchema> {
  return {
    runId: run,
    unmatched,
    answers: answers.map(({ tool, arguments: given, result, error = false, repeatable = false }) => ({
      tool,
      result: toValue(result),
      isError: error,
      repeatable,
      ...(given === undefined ? {} : { arguments: given }),
    })),
  };
}
