import { ToolNames } from '../calls/tool-names.js';
import type { Dialect } from '../dialects/dialect.js';
import { DEFAULT_PROMPT } from '../dialects/prompt-form.js';
import { auto } from '../dialects/table/index.js';
import { writeAnswer } from '../dialects/write-answer.js';
import type { JsonObject } from '../json.js';
import { systemMessage, textOf } from '../messages/message-helpers.js';
import type { CanonicalMessage, Part } from '../messages/message.js';
import type { Turn } from '../messages/turns.js';
import { toTurns, wellFormedArguments } from '../messages/turns.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import { profileDialect } from '../wire/profile-dialect.js';
import { resultText } from '../wire/result-text.js';
import type { FrameMarks } from './frame-marks.js';
import { frameMarksOf } from './frame-marks.js';
import { NO_CALLS, toolInstructions } from './tool-instructions.js';
import type { ShownTool } from './write-tools.js';
import { writeResults } from './write-results.js';

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
export function textRequest(request: ModelRequest, target: { name: string; profile: Profile }): ModelRequest {
  const { profile } = target;
  const dialect = profileDialect(target) ?? auto;
  const { tools = [], toolChoice = 'auto', parallelToolCalls = true, ...rest } = request;
  const names = new ToolNames(tools.map(({ name }) => name));
  const turns = toTurns(request.messages, dialect.callIds ?? 'token', (name) => names.toWire(name));
  const marks = frameMarksOf(dialect);
  const prompt = { ...DEFAULT_PROMPT, ...dialect.prompt };
  const frame: Frame = { dialect, marks, names, schemas: schemasOf(tools), prompt };
  const messages = turns.flatMap((turn) => writeTurn(turn, frame));
  const choice = typeof toolChoice === 'object' ? { name: names.toWire(toolChoice.name) } : toolChoice;
  if (tools.length === 0 || choice === 'none') {
    const hasCalls = turns.some((turn) => turn.kind === 'assistant' && turn.calls.length > 0);
    return { ...rest, messages: hasCalls ? withInstructions(messages, NO_CALLS) : messages };
  }
  const shown = tools.map((tool): ShownTool => {
    const { $schema: _, ...parameters } = tool.inputSchema;
    const description = marks.text(tool.description ?? '');
    return { name: names.toWire(tool.name), description, parameters: marks.object(parameters) };
  });
  const parallel = parallelToolCalls && profile.capabilities.parallelToolCalls;
  const instructions = toolInstructions({ dialect, prompt, tools: shown, choice, parallel });
  return { ...rest, messages: withInstructions(messages, instructions) };
}

interface Frame {
  dialect: Dialect;
  marks: FrameMarks;
  names: ToolNames;
  schemas: ReadonlyMap<string, JsonObject>;
  prompt: typeof DEFAULT_PROMPT;
}

function schemasOf(tools: readonly ToolDefinition[]): Map<string, JsonObject> {
  return new Map(tools.map((tool) => [tool.name, tool.inputSchema]));
}

function writeTurn(turn: Turn, frame: Frame): CanonicalMessage[] {
  const { marks } = frame;
  switch (turn.kind) {
    case 'system':
      return [systemMessage(turn.text)];
    case 'user':
      return [{ role: 'user', parts: turn.parts.map((part) => withoutMarks(part, marks)) }];
    case 'assistant': {
      // Text and calls are one text; reasoning has its own place on every wire, and its own rules.
      const reasoning = turn.parts.filter((part) => part.type === 'reasoning');
      const said = assistantText(turn, frame);
      const message: CanonicalMessage = {
        role: 'assistant',
        parts: [...reasoning, ...(said === '' ? [] : [{ type: 'text' as const, text: said }])],
      };
      return [message, ...resultsMessage(turn, frame)];
    }
  }
}

function assistantText(turn: Extract<Turn, { kind: 'assistant' }>, frame: Frame): string {
  const { dialect, marks, names, schemas } = frame;
  const text = marks.text(textOf(turn.parts));
  if (turn.calls.length === 0) return text;
  const calls = turn.calls.map(({ call, wireId }) => ({
    id: dialect.callIds === undefined ? '' : wireId,
    name: names.toWire(call.name),
    arguments: marks.object(wellFormedArguments(call.arguments)),
    schema: schemas.get(call.name),
  }));
  return writeAnswer(dialect, { text, calls });
}

function resultsMessage(turn: Extract<Turn, { kind: 'assistant' }>, frame: Frame): CanonicalMessage[] {
  if (turn.calls.length === 0) return [];
  const results = turn.calls.map(({ call, result, wireId }) => ({
    name: frame.names.toWire(call.name),
    id: wireId,
    text: frame.marks.text(resultText(result)),
  }));
  return [{ role: 'user', parts: [{ type: 'text', text: writeResults(frame.prompt.results, results) }] }];
}

function withoutMarks(part: Part, marks: FrameMarks): Part {
  return part.type === 'text' ? { ...part, text: marks.text(part.text) } : part;
}

/** Adds to the instructions that open the conversation, or opens it with them: more endpoints take one than two. */
export function withInstructions(messages: readonly CanonicalMessage[], text: string): CanonicalMessage[] {
  const [first, ...others] = messages;
  if (first?.role !== 'system') return [systemMessage(text), ...messages];
  return [systemMessage(`${textOf(first)}\n\n${text}`), ...others];
}
