import type { JsonObject, JsonValue } from '../json.js';
import { isJsonObject, nestsDeeperThan, parseJson, stableStringify } from '../json.js';
import type { RejectionCode, Repair } from '../model-response.js';

/** Arguments that nest deeper are refused: no tool's schema does, and not every tool could walk over them. */
export const MAX_ARGUMENT_LEVELS = 100;

/** A call as it was written, before anything is believed about it. */
export interface RawCall {
  /** Ours, minted when the call began. */
  callId: string;
  providerId: string;
  /** The name on the wire. */
  name: string;
  /** What was sent as arguments, piece by piece; a piece that was an object stands here as its JSON. */
  fragments: string[];
  repairs: Repair[];
  /** What the profile's `callSeal` field held. */
  seal?: JsonValue;
  /** Why it cannot be what was meant, where the reading already told. */
  fault?: { code: RejectionCode; reason: string };
  /** Began in a place that may be a repetition: dropped if it never gets arguments. */
  doubtful: boolean;
}

export type SettledArguments =
  /** `text` is the JSON that the value was parsed from. */
  { ok: true; value: JsonObject; empty: boolean; repairs: Repair[]; text: string } | { ok: false; raw: string };

/**
 * The arguments of a call as one object. Only forms with a single possible meaning are put right: nothing is closed, completed or
 * unquoted, because that turns a truncated call into a valid wrong one.
 */
export function settleArguments(fragments: readonly string[]): SettledArguments {
  const pieces = fragments.filter((piece) => piece !== '');
  const joined = pieces.join('');
  if (joined.trim() === '' || joined.trim() === 'null') {
    return settled({ value: {}, text: '' }, [{ code: 'arguments_empty', detail: 'no arguments were sent' }], true);
  }
  const direct = asObject(joined);
  if (direct !== undefined) return settled(direct, direct.repairs);

  const last = pieces.at(-1) ?? '';
  const whole = asObject(last);
  if (whole === undefined || pieces.length < 2) return { ok: false, raw: joined };
  const before = asObject(pieces.slice(0, -1).join(''));
  if (before !== undefined && stableStringify(before.value) === stableStringify(whole.value)) {
    return settled(whole, [
      { code: 'arguments_repeated', detail: 'the last piece repeated the whole' },
      ...whole.repairs,
    ]);
  }
  if (pieces.every((piece, index) => index === 0 || piece.startsWith(pieces[index - 1] ?? ''))) {
    return settled(whole, [
      { code: 'arguments_cumulative', detail: 'each piece repeated the ones before' },
      ...whole.repairs,
    ]);
  }
  return { ok: false, raw: joined };
}

/** True if the arguments so far are one whole, non-empty object text. */
export function isWhole(call: RawCall): boolean {
  const result = settleArguments(call.fragments);
  return result.ok && !result.empty;
}

function settled(
  { value, text }: { value: JsonObject; text: string },
  repairs: Repair[],
  empty = false,
): SettledArguments {
  return { ok: true, value, empty, repairs, text };
}

function asObject(text: string): { value: JsonObject; repairs: Repair[]; text: string } | undefined {
  const value = parseJson(text);
  if (nestsDeeperThan(value, MAX_ARGUMENT_LEVELS)) return undefined;
  if (isJsonObject(value)) return { value, repairs: [], text };
  if (typeof value !== 'string') return undefined;
  const inner = parseJson(value);
  return isJsonObject(inner) && !nestsDeeperThan(inner, MAX_ARGUMENT_LEVELS)
    ? {
        value: inner,
        text: value,
        repairs: [{ code: 'arguments_double_encoded', detail: 'the object was JSON within a JSON string' }],
      }
    : undefined;
}
