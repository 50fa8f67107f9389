import type { Dialect, WrittenCall } from '@switchyard/models';
import { dialectOf, writeAnswer } from '@switchyard/models';
import type { SimulatedAnswer, SimulatedRequest } from '../conversation.js';
import type { Fault } from '../options.js';
import { withMarkupFault } from './markup-faults.js';
import { pieceLengthOf, type WrittenForm } from './written-form.js';

/** Where the prompt opens reasoning, a model reasons: so does a rule. */
const THOUGHT = 'The rules say what comes next.';

/** The answer as a server without a parser gives it: all of it is text, and it ends as text does. */
export function writeAsText(
  answer: SimulatedAnswer,
  request: SimulatedRequest,
  form: WrittenForm,
  fault: Fault | undefined,
): SimulatedAnswer {
  const dialect = dialectOf(form.dialect);
  if (dialect === undefined) return answer;
  const opened = form.opened === true;
  const calls = answer.calls.map((call): WrittenCall => {
    const tool = request.tools.find(({ name }) => name === call.name);
    return { id: '', name: call.name, arguments: call.arguments, schema: tool?.inputSchema };
  });
  const reasoning = answer.reasoning === '' && opened ? THOUGHT : answer.reasoning;
  const write = (written: readonly WrittenCall[], text: string, as: Dialect = dialect): string =>
    writeAnswer(as, { reasoning, text, calls: written }, opened);
  const text =
    calls.length === 0
      ? write(calls, answer.text)
      : withMarkupFault({ dialect, calls, text: answer.text, fault: fault?.fault, write });
  return { reasoning: '', text, calls: [], finish: 'stop', pieceLength: pieceLengthOf(form) };
}
