import type { JsonValue } from '@switchyard/contracts';
import { shorten, type Problem } from '../suite/problems.js';
import { judgeInTime, TOO_LONG } from './judge-in-time.js';
import { outputText } from './output-text.js';
import { patternProblem } from './pattern.js';
import { defineScorer, fail, pass } from './scorer.js';

interface Options {
  pattern?: string;
  flags?: string;
}

/** The output's text matches a JavaScript regular expression: `pattern`, or else what the case expects. */
export const regex = defineScorer<Options>({
  type: 'regex',
  properties: { pattern: { type: 'string', minLength: 1 }, flags: { type: 'string', pattern: '^[imsu]*$' } },
  check: (options, expected): Problem[] => {
    const pattern = patternOf(options, expected);
    if (pattern === undefined)
      return [{ path: 'pattern', reason: 'is missing, and the case expects no text; give one of them' }];
    const reason = patternProblem(pattern, options.flags ?? '');
    return reason === undefined ? [] : [{ path: 'pattern', reason }];
  },
  judge: ({ output }, options, expected) => {
    const pattern = patternOf(options, expected) ?? '';
    const expression = new RegExp(pattern, options.flags);
    const text = outputText(output).slice(0, MAX_SEARCHED);
    const matches = judgeInTime(() => expression.test(text));
    if (matches === 'late') return fail(`/${pattern}/ ${TOO_LONG}; write it without nested repetition`);
    return matches ? pass(`matches /${pattern}/`) : fail(`does not match /${pattern}/; got ${shorten(output, 120)}`);
  },
});

/** Characters of an output that are searched. */
const MAX_SEARCHED = 100_000;

function patternOf(options: Options, expected: JsonValue | undefined): string | undefined {
  return options.pattern ?? (typeof expected === 'string' && expected !== '' ? expected : undefined);
}
