import type { BodySyntax, DraftCall } from '../body.js';
import { isJsonObject, parseJson } from '../../json.js';

/** The tool that Command R is taught to call when it calls none ("if calling the other tools is unnecessary"), as it is spelled. */
const NO_TOOL: ReadonlySet<string> = new Set(['directly-answer', 'directly_answer']);

/**
 * Calls among which may be one that says: no call. It is none; what it says is the answer. With other arguments than one
 * text it is read as any call, and so is a tool of this name that was offered.
 */
export function answeringBody(body: BodySyntax): BodySyntax {
  return {
    ...body,
    *read(source, context) {
      const outcome = yield* body.read(source, context);
      if (outcome.kind !== 'calls') return outcome;
      const answers = outcome.calls.map((call) =>
        NO_TOOL.has(call.name) && context.schemaOf(call.name) === undefined ? answerIn(call) : undefined,
      );
      const text = answers.filter((answer) => answer !== undefined && answer !== '').join('\n');
      const calls = outcome.calls.filter((_, index) => answers[index] === undefined);
      return { kind: 'calls', calls, ...(text === '' ? {} : { text }) };
    },
  };
}

/** What such a call says; undefined if it says more than a text. */
function answerIn(call: DraftCall): string | undefined {
  if (call.arguments === '') return '';
  const args = parseJson(call.arguments);
  if (!isJsonObject(args)) return undefined;
  const [value, ...others] = Object.values(args);
  if (value === undefined) return '';
  return typeof value === 'string' && others.length === 0 ? value : undefined;
}
