import type { ToolNames } from '../calls/tool-names.js';
import type { ResultsForm } from '../dialects/prompt-form.js';
import { systemMessage, textOf } from '../messages/message-helpers.js';
import type { CanonicalMessage, Part } from '../messages/message.js';
import type { Turn } from '../messages/turns.js';
import { resultText } from '../wire/result-text.js';
import type { FrameMarks } from './frame-marks.js';
import { writeResults } from './write-results.js';

export type AssistantTurn = Extract<Turn, { kind: 'assistant' }>;

/** How a history without fields for calls and results is written. */
export interface HistoryForm {
  marks: FrameMarks;
  names: ToolNames;
  results: ResultsForm;
  /** What an assistant said and called, as one text. */
  assistant(turn: AssistantTurn): string;
}

/** Writes turns as messages of text; images of users stay, those of results become words. */
export function writeHistory(turns: readonly Turn[], form: HistoryForm): CanonicalMessage[] {
  return turns.flatMap((turn) => writeTurn(turn, form));
}

function writeTurn(turn: Turn, form: HistoryForm): CanonicalMessage[] {
  switch (turn.kind) {
    case 'system':
      return [systemMessage(turn.text)];
    case 'user':
      return [{ role: 'user', parts: turn.parts.map((part) => withoutMarks(part, form.marks)) }];
    case 'assistant': {
      // Reasoning has its own place on every wire, and its own rules.
      const reasoning = turn.parts.filter((part) => part.type === 'reasoning');
      const said = form.assistant(turn);
      const parts: Part[] = [...reasoning, ...(said === '' ? [] : [{ type: 'text' as const, text: said }])];
      return [{ role: 'assistant', parts }, ...resultsMessage(turn, form)];
    }
  }
}

function resultsMessage(turn: AssistantTurn, { marks, names, results }: HistoryForm): CanonicalMessage[] {
  if (turn.calls.length === 0) return [];
  const shown = turn.calls.map(({ call, result, wireId }) => ({
    name: names.toWire(call.name),
    id: wireId,
    text: marks.text(resultText(result)),
  }));
  return [{ role: 'user', parts: [{ type: 'text', text: writeResults(results, shown) }] }];
}

function withoutMarks(part: Part, marks: FrameMarks): Part {
  return part.type === 'text' ? { ...part, text: marks.text(part.text) } : part;
}

/** Whether the history holds calls, so that a model has to be told when it can make none. */
export function holdsCalls(turns: readonly Turn[]): boolean {
  return turns.some((turn) => turn.kind === 'assistant' && turn.calls.length > 0);
}

/** Adds to the instructions that open the conversation, or opens it with them: more endpoints take one than two. */
export function withInstructions(messages: readonly CanonicalMessage[], text: string): CanonicalMessage[] {
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [systemMessage(text), ...messages];
  return [systemMessage(`${textOf(first)}\n\n${text}`), ...others];
}
