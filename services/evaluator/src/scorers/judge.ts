import { contentAddress, TOKEN, type JsonValue } from '@switchyard/contracts';
import { missingExpectation } from './expectation.js';
import { pairwisePrompt, rubricPrompt } from './judge-prompt.js';
import { readPairwise, readRubric } from './judge-verdict.js';
import { defineKind, type Question } from './scorer.js';

interface Options {
  agent: string;
  mode?: 'rubric' | 'pairwise';
  rubric?: string;
  value?: JsonValue;
  threshold?: number;
  backend?: string;
  configuration?: string;
  tool_calls?: boolean;
}

const DEFAULT_THRESHOLD = 0.5;
const DEFAULT_PAIRWISE = 'Which answer is more correct, complete and helpful?';
const token = { type: 'string', pattern: TOKEN.source };

/**
 * A model judges: an ordinary agent, asked by tasks. `rubric` (default) asks for a score by a rubric; `pairwise` compares
 * the output with a reference, `value` or what the case expects, asked twice with the two swapped: a judge that changes
 * its mind with their order has seen a tie. The value is 1 for a win, 0.5 for a tie, 0 for a defeat. Passes from
 * `threshold` on, by default 0.5.
 *
 * Each score keeps the fingerprint of the configuration that gave it; with `configuration`, only that one may.
 */
export const judge = defineKind<Options>({
  type: 'judge',
  properties: {
    agent: token,
    mode: { enum: ['rubric', 'pairwise'] },
    // Postgres keeps no NUL in its texts.
    rubric: { type: 'string', minLength: 1, maxLength: 20_000, pattern: '^[^\\u0000]*$' },
    value: {},
    threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    backend: token,
    configuration: { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' },
    tool_calls: { type: 'boolean' },
  },
  required: ['agent'],
  check: (options, expected) => [
    ...(options.mode === 'pairwise' ? missingExpectation(options, expected) : []),
    ...(options.mode !== 'pairwise' && options.rubric === undefined
      ? [{ path: 'rubric', reason: 'is missing; say what the judge is to look for' }]
      : []),
    ...(options.mode === 'pairwise' && options.tool_calls !== undefined
      ? [{ path: 'tool_calls', reason: 'is for the mode rubric only: the reference has none' }]
      : []),
  ],
  make: (name, options, expected) => {
    const { agent, backend = '', rubric, threshold = DEFAULT_THRESHOLD, configuration = '' } = options;
    const reference = options.value === undefined ? expected : options.value;
    const { mode = 'rubric', tool_calls: needsToolCalls = false } = options;
    const standard = contentAddress({ mode, rubric: rubric ?? '', threshold, tool_calls: needsToolCalls });
    const common = { name, agent, backend, needsToolCalls, standard };
    if (mode === 'rubric') {
      return {
        by: 'agent',
        ...common,
        questions: (run) => [{ variant: 'score', input: rubricPrompt(rubric ?? '', run, reference) }],
        read: (answers) => readRubric(answers, { threshold, configuration }),
      };
    }
    return {
      by: 'agent',
      ...common,
      questions: ({ input, output }): Question[] => [
        { variant: 'ab', input: pairwisePrompt(rubric ?? DEFAULT_PAIRWISE, input, output, reference ?? null) },
        { variant: 'ba', input: pairwisePrompt(rubric ?? DEFAULT_PAIRWISE, input, reference ?? null, output) },
      ],
      read: (answers) => readPairwise(answers, { threshold, configuration }),
    };
  },
});
