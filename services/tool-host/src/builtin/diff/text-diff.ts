import { createTwoFilesPatch } from 'diff';
import { SwitchyardError } from '@switchyard/contracts';
import { text } from '../../tools/tool.js';
import { numberArgument, objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';

const MAX_TEXT_LENGTH = 200_000;
/** Comparing holds up the whole host. Texts of which most is the same take a few milliseconds. */
const TIME_LIMIT_MS = 500;

/** What has changed between two texts, line by line, as a unified diff. */
export const textDiff: BuiltinTool = {
  name: 'text_diff',
  toolset: 'text',
  description: 'Compares two texts line by line and gives what has changed as a unified diff.',
  parameters: objectSchema(
    {
      before: { type: 'string', maxLength: MAX_TEXT_LENGTH },
      after: { type: 'string', maxLength: MAX_TEXT_LENGTH },
      context: {
        type: 'integer',
        description: 'Unchanged lines around a change. Default 3.',
        minimum: 0,
        maximum: 100,
      },
    },
    ['before', 'after'],
  ),
  effect: 'pure',
  timeoutMs: 5_000,
  maxOutputBytes: 64 * 1024,
  handler: async (args) => {
    const before = textArgument(args, 'before');
    const after = textArgument(args, 'after');
    if (before === after) return text('The texts are the same.');
    const patch = createTwoFilesPatch('before', 'after', before, after, undefined, undefined, {
      context: numberArgument(args, 'context', 3),
      timeout: TIME_LIMIT_MS,
    });
    if (patch !== undefined) return text(patch.replace(/^=+\n/, ''));
    throw new SwitchyardError(
      'tool.timeout',
      `The texts differ in so much that comparing them took longer than ${TIME_LIMIT_MS} ms. Compare smaller parts.`,
    );
  },
};
