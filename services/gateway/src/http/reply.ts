import { isMessage, type DescMessage, type Message } from '@bufbuild/protobuf';
import { RunListSchema, RunSchema, toWire, type JsonObject, type JsonValue } from '@switchyard/contracts';
import type { RouteSpec } from './route.js';

/**
 * What a handler returned, as JSON: messages of the contracts in wire form with nothing left out, so that readers need
 * not know the defaults; anything else as it is.
 */
export function replyJson(spec: RouteSpec, returned: unknown): unknown {
  if (!isMessage(returned)) return returned;
  for (const reply of Object.values(spec.replies)) {
    if ('message' in reply && reply.message.typeName === returned.$typeName)
      return messageJson(reply.message, returned);
  }
  throw new Error(`${spec.method} ${spec.path} does not say that it answers ${returned.$typeName}`);
}

/** A message in REST form. */
export function messageJson(schema: DescMessage, message: Message): JsonObject {
  const json = toWire(schema, message, { complete: true });
  if (schema.typeName === RunSchema.typeName) return withCost(json);
  if (schema.typeName !== RunListSchema.typeName) return json;
  return { ...json, runs: asList(json['runs']).map((run) => withCost(run)) };
}

/** `cost` is the fixed short name of `cost_usd` in a run's REST form. */
function withCost(run: JsonObject): JsonObject {
  return { ...run, cost: run['cost_usd'] ?? 0 };
}

function asList(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? (value as JsonObject[]) : [];
}
