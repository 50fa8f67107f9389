import { bounded } from '../calls/bounded.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, stableStringify } from '../json.js';
import { TIME_LIMIT_MS } from './check-value.js';
import { fits, itemCodec } from './coerce-arguments.js';
import { own } from './keywords.js';
import type { Codec, CoercionPlan, Projected } from './projection.js';

/**
 * Arguments in the author's form, as the wire's schema asks for them: for calls of the history, so that a model sees its earlier calls in
 * the form that it is to write. What the author's schema does not allow is left as it is, and so is
 * everything where finding the alternatives takes more than a second.
 */
export function wireArguments({ coerce }: Projected, args: JsonValue): JsonValue {
  if (coerce === undefined) return args;
  return bounded(TIME_LIMIT_MS, () => encode(coerce.root, args, coerce))?.value ?? args;
}

function encode(codec: Codec | null | undefined, value: JsonValue, plan: CoercionPlan): JsonValue {
  switch (codec?.kind) {
    case 'object':
      return isJsonObject(value) ? encodeObject(codec, value, plan) : value;
    case 'array':
      return Array.isArray(value) ? value.map((item, index) => encode(itemCodec(codec, index), item, plan)) : value;
    case 'choice': {
      const key = stableStringify(value);
      return codec.choices.find((choice) => stableStringify(choice.value) === key)?.text ?? value;
    }
    case 'json_text':
      return JSON.stringify(value);
    case 'pairs':
      return isJsonObject(value) ? encodePairs(codec.codec, Object.entries(value), plan) : value;
    case 'union': {
      const branch = codec.branches.find((each) => fits(each.schema, plan.schemas, value));
      return encode(branch?.codec, value, plan);
    }
    case 'wrapped':
      return { value: encode(codec.codec, value, plan) };
    case 'reference':
      return encode(own(plan.definitions, codec.name), value, plan);
    default:
      return value;
  }
}

function encodeObject(codec: Extract<Codec, { kind: 'object' }>, value: JsonObject, plan: CoercionPlan): JsonObject {
  const wireNames = new Map(
    Object.entries(codec.properties).map(([wireName, { name }]) => [name ?? wireName, wireName]),
  );
  const members: [string, JsonValue][] = [];
  const undeclared: [string, JsonValue][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const wireName = wireNames.get(name);
    const property = wireName === undefined ? undefined : own(codec.properties, wireName);
    if (wireName !== undefined) members.push([wireName, encode(property?.codec, member, plan)]);
    else if (codec.rest !== undefined) undeclared.push([name, member]);
    else members.push([name, encode(codec.additional, member, plan)]);
  }
  for (const [wireName, property] of Object.entries(codec.properties))
    if (property.optional !== undefined && own(value, property.name ?? wireName) === undefined)
      members.push([wireName, null]);
  if (codec.rest !== undefined) members.push([codec.rest.name, encodePairs(codec.rest.codec, undeclared, plan)]);
  return Object.fromEntries(members);
}

function encodePairs(
  codec: Codec | undefined,
  members: readonly [string, JsonValue | undefined][],
  plan: CoercionPlan,
): JsonValue[] {
  return members.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: encode(codec, value, plan) }]));
}
