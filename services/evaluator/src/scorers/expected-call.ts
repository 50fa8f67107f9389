import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import type { ToolCallMade } from './scorer.js';

export type ArgumentMode = 'ignore' | 'exact' | 'subset';

/** A call that a trajectory is to have. */
export interface Wanted {
  tool: string;
  /** Undefined: whatever they are. */
  arguments: JsonObject | undefined;
}

export function isMatch(want: Wanted, made: ToolCallMade, mode: ArgumentMode): boolean {
  if (want.tool !== made.tool) return false;
  if (want.arguments === undefined || mode === 'ignore') return true;
  return mode === 'exact'
    ? isDeepStrictEqual(want.arguments, made.arguments)
    : isWithin(want.arguments, made.arguments);
}

/** Of the arguments of two calls to one tool, how many agree: all of them with `exact`, those wanted with `subset`. */
export function argumentShare(want: Wanted, made: ToolCallMade, mode: ArgumentMode): number {
  const keys = comparedKeys(want, made, mode);
  return keys.length === 0 ? 1 : (keys.length - differing(want, made, mode).length) / keys.length;
}

/** The first argument that differs, in words; empty where none does. */
export function argumentDifference(want: Wanted, made: ToolCallMade, mode: ArgumentMode): string {
  const [key] = differing(want, made, mode);
  if (key === undefined) return '';
  return `${key} is ${shorten(made.arguments[key])}, expected ${shorten(want.arguments?.[key])}`;
}

export function describeCall(call: Wanted | ToolCallMade | undefined): string {
  if (call === undefined) return 'no call';
  return call.arguments === undefined ? call.tool : `${call.tool}(${shorten(call.arguments, 80)})`;
}

function comparedKeys(want: Wanted, made: ToolCallMade, mode: ArgumentMode): string[] {
  if (want.arguments === undefined || mode === 'ignore') return [];
  const wanted = Object.keys(want.arguments);
  return mode === 'subset' ? wanted : [...new Set([...wanted, ...Object.keys(made.arguments)])];
}

function differing(want: Wanted, made: ToolCallMade, mode: ArgumentMode): string[] {
  return comparedKeys(want, made, mode).filter((key) => {
    const [wanted, got] = [ownValue(want.arguments ?? {}, key), ownValue(made.arguments, key)];
    if (wanted === undefined || got === undefined) return true;
    return mode === 'subset' ? !isWithin(wanted, got) : !isDeepStrictEqual(wanted, got);
  });
}

function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Every key that is wanted is there, with an equal value, at every depth of objects; lists must be equal. */
function isWithin(wanted: JsonValue, made: JsonValue | undefined): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(wanted, made);
  return isObject(made) && Object.entries(wanted).every(([key, value]) => isWithin(value, ownValue(made, key)));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
