import { DEFAULT_PROMPT } from '../dialects/prompt-form.js';
import { hermes } from '../dialects/table/json-marks.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject } from '../json.js';
import { textOf } from '../messages/message-helpers.js';
import { toTurns, wellFormedArguments } from '../messages/turns.js';
import type { ModelRequest } from '../model-request.js';
import { wireArguments } from '../schema/wire-arguments.js';
import { responseSchemaMembers } from '../wire/response-schema.js';
import type { WireTarget } from '../wire/wire-api.js';
import { ANSWER_NAME, type ConstrainedPlan } from './constrained-plan.js';
import { frameMarksOf } from './frame-marks.js';
import { shownTools } from './text-request.js';
import { demand, tellResults } from './tool-instructions.js';
import type { AssistantTurn } from './write-history.js';
import { withInstructions, writeHistory } from './write-history.js';
import { writeTools } from './write-tools.js';

/** The request for an endpoint that knows no tools and holds its answers to a schema: as `textRequest`, with calls as JSON. */
export function constrainedRequest(
  request: ModelRequest,
  target: Pick<WireTarget, 'profile'>,
  plan: ConstrainedPlan,
): ModelRequest {
  const { tools = [], toolChoice = 'auto', parallelToolCalls: _, ...rest } = request;
  const { names } = plan;
  const marks = frameMarksOf(hermes);
  const { results } = DEFAULT_PROMPT;
  const turns = toTurns(request.messages, 'token', (name) => names.toWire(name));
  const assistant = (turn: AssistantTurn): string => {
    const calls = turn.calls.map(({ call }): JsonObject => {
      const name = names.toWire(call.name);
      const given = marks.object(wellFormedArguments(call.arguments));
      const projection = plan.argumentsOf(name);
      return { name, arguments: projection === undefined ? given : wireArguments(projection, given) };
    });
    return JSON.stringify({ text: marks.text(textOf(turn.parts)), calls });
  };
  const messages = writeHistory(turns, { marks, names, results, assistant });
  const choice = typeof toolChoice === 'object' ? { name: names.toWire(toolChoice.name) } : toolChoice;
  const instructions = [
    `# Tools\n\nThese tools can be called:\n${writeTools({ entry: 'function' }, shownTools(tools, names, marks))}`,
    'Answer with one JSON object: `text` is what you say, `calls` lists the calls of tools, each with `name` and `arguments`. ' +
      'Where no tool is needed, or all results are there, `calls` is empty and `text` is the answer.',
    tellResults(results),
    ...demand(choice),
  ].join('\n\n');
  const held = responseSchemaMembers(target.profile.api, { name: ANSWER_NAME, schema: plan.schema });
  return { ...rest, messages: withInstructions(messages, instructions), extraBody: merged(held, request.extraBody) };
}

/** What a caller adds stands beside it, also within one member; the schema stays. */
function merged(held: JsonObject, extra: JsonObject = {}): JsonObject {
  const both = Object.entries(held).map(([key, value]): [string, JsonValue | undefined] => {
    const added = extra[key];
    return [key, isJsonObject(value) && isJsonObject(added) && key !== 'format' ? { ...added, ...value } : value];
  });
  return { ...extra, ...Object.fromEntries(both) };
}
