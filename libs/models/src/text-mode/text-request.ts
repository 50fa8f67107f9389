import { ToolNames } from '../calls/tool-names.js';
import { DEFAULT_PROMPT } from '../dialects/prompt-form.js';
import { auto } from '../dialects/table/index.js';
import { writeAnswer } from '../dialects/write-answer.js';
import { textOf } from '../messages/message-helpers.js';
import { toTurns, wellFormedArguments } from '../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import { profileDialect } from '../wire/profile-dialect.js';
import type { WireTarget } from '../wire/wire-api.js';
import type { FrameMarks } from './frame-marks.js';
import { frameMarksOf } from './frame-marks.js';
import { NO_CALLS, toolInstructions } from './tool-instructions.js';
import type { AssistantTurn } from './write-history.js';
import { holdsCalls, withInstructions, writeHistory } from './write-history.js';
import type { ShownTool } from './write-tools.js';

/**
 * The request for an endpoint that knows no tools: those that are offered stand in the instructions, calls and results of the
 * history in the messages, all in the profile's dialect (`auto` and none: Hermes). Has no tools any more, so that
 * no wire sends any; the answer is read with the tools of the request that was given.
 *
 * Marks of the dialect in what users, tools and models said, in arguments and in the descriptions of tools are taken apart
 * (`FrameMarks`); instructions are trusted and stay as they are.
 *
 * @throws ModelError `model.dialect_unknown`
 */
export function textRequest(request: ModelRequest, target: Pick<WireTarget, 'name' | 'profile'>): ModelRequest {
  const dialect = profileDialect(target) ?? auto;
  const { tools = [], toolChoice = 'auto', parallelToolCalls = true, ...rest } = request;
  const names = new ToolNames(
    tools.map(({ name }) => name),
    target.profile.tools,
  );
  const schemas = new Map(tools.map((tool) => [tool.name, tool.inputSchema]));
  const turns = toTurns(request.messages, dialect.callIds ?? 'token', (name) => names.toWire(name));
  const marks = frameMarksOf(dialect);
  const prompt = { ...DEFAULT_PROMPT, ...dialect.prompt };
  const assistant = (turn: AssistantTurn): string => {
    const text = marks.text(textOf(turn.parts));
    if (turn.calls.length === 0) return text;
    const calls = turn.calls.map(({ call, wireId }) => ({
      id: dialect.callIds === undefined ? '' : wireId,
      name: names.toWire(call.name),
      arguments: marks.object(wellFormedArguments(call.arguments)),
      schema: schemas.get(call.name),
    }));
    return writeAnswer(dialect, { text, calls });
  };
  const messages = writeHistory(turns, { marks, names, results: prompt.results, assistant });
  const choice = typeof toolChoice === 'object' ? { name: names.toWire(toolChoice.name) } : toolChoice;
  if (tools.length === 0 || choice === 'none')
    return { ...rest, messages: holdsCalls(turns) ? withInstructions(messages, NO_CALLS) : messages };
  const parallel = parallelToolCalls && target.profile.capabilities.parallelToolCalls;
  const instructions = toolInstructions({ dialect, prompt, tools: shownTools(tools, names, marks), choice, parallel });
  return { ...rest, messages: withInstructions(messages, instructions) };
}

/** Tools as a model is shown them: what their authors wrote holds no marks of the frame any more. */
export function shownTools(tools: readonly ToolDefinition[], names: ToolNames, marks: FrameMarks): ShownTool[] {
  return tools.map((tool) => {
    const { $schema: _, ...parameters } = tool.inputSchema;
    const description = marks.text(tool.description ?? '');
    return { name: names.toWire(tool.name), description, parameters: marks.object(parameters) };
  });
}
