import type { JsonValue } from '../../json.js';
import { isJsonObject, nonEmptyString } from '../../json.js';

/**
 * A signature that came on text, kept as the sealed form of a reasoning part that stands right behind that text. The text
 * itself stays ordinary text, which any backend can read.
 */
export interface SignedText {
  thoughtSignature: string;
  /** How many UTF-16 units at the end of the text before it were signed; 0 for an empty part that carries the signature alone. */
  textLength: number;
  /** True in messages that were stored while all calls were at their end, for a signature behind them. */
  afterCalls?: boolean;
}

/** The sealed form. */
export function sealText({ thoughtSignature, textLength }: SignedText): JsonValue {
  return { thoughtSignature, textLength };
}

/** Reads it back; undefined if the sealed form is another one. */
export function unsealText(opaque: JsonValue | undefined): SignedText | undefined {
  if (!isJsonObject(opaque)) return undefined;
  const { textLength, afterCalls } = opaque;
  const thoughtSignature = nonEmptyString(opaque['thoughtSignature']);
  if (thoughtSignature === undefined || typeof textLength !== 'number') return undefined;
  return { thoughtSignature, textLength, afterCalls: afterCalls === true };
}

/** A signature is bytes in base64, of either alphabet; anything else is refused, whoever seems to have signed it. */
export function isSignature(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && /^[a-zA-Z0-9+/_-]+={0,2}$/.test(value);
}
