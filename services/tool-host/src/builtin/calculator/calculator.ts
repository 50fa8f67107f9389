import { text } from '../../tools/tool.js';
import { objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { evaluateExpression, MAX_EXPRESSION_LENGTH } from './evaluate-expression.js';

export const calculator: BuiltinTool = {
  name: 'calculator',
  toolset: 'math',
  description:
    'Calculates an arithmetic expression exactly: + - * / ^, brackets, percentages ("15% of 80"), functions such as ' +
    'sqrt, sin, log, round, max, mean, factorial, constants pi and e, and units ("5 km to mile", "20 degC to degF").',
  parameters: objectSchema(
    {
      expression: {
        type: 'string',
        description: 'The expression, for example "(1250 * 3) / 7" or "8.5% of 1200".',
        minLength: 1,
        maxLength: MAX_EXPRESSION_LENGTH,
      },
    },
    ['expression'],
  ),
  effect: 'pure',
  timeoutMs: 2_000,
  maxOutputBytes: 8_192,
  handler: async (args) => text(evaluateExpression(textArgument(args, 'expression'))),
};
