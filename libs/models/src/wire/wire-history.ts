import { isJsonObject } from '../json.js';
import type { CanonicalMessage, ToolCallPart } from '../messages/message.js';
import type { Projected } from '../schema/projection.js';
import { wireArguments } from '../schema/wire-arguments.js';

/** Calls of the history as the schemas on the wire ask for them, so that a model sees its earlier calls in the form that it is to write. */
export function inWireForm(
  messages: readonly CanonicalMessage[],
  projections: ReadonlyMap<string, Projected>,
): readonly CanonicalMessage[] {
  const transforming = new Map([...projections].filter(([, projection]) => projection.coerce !== undefined));
  if (transforming.size === 0) return messages;
  return messages.map((message) => {
    if (!message.parts.some((part) => part.type === 'tool_call' && transforming.has(part.name))) return message;
    return {
      ...message,
      parts: message.parts.map((part) => (part.type === 'tool_call' ? written(part, transforming) : part)),
    };
  });
}

function written(call: ToolCallPart, transforming: ReadonlyMap<string, Projected>): ToolCallPart {
  const projection = transforming.get(call.name);
  if (projection === undefined) return call;
  const args = wireArguments(projection, call.arguments);
  return isJsonObject(args) ? { ...call, arguments: args } : call;
}
