import { createHash } from 'node:crypto';
import type { JsonObject } from '@switchyard/models';

/** What Google documents for calls that its model did not write. */
const PLACEHOLDER = 'skip_thought_signature_validator';
const OWN = 'simulated:';

/** A signature that can be recognised: bytes in base64, as the real ones are, that tell what was signed. */
export function signatureOf(signed: JsonObject | string): string {
  const digest = createHash('sha256').update(JSON.stringify(signed)).digest('hex').slice(0, 16);
  return Buffer.from(OWN + digest).toString('base64');
}

/** Whether a call may carry it: the placeholder, or the very signature that was given with this call. */
export function fits(signature: string, call: JsonObject): boolean {
  return signature === PLACEHOLDER || signature === signatureOf(call);
}
