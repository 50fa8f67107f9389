import type { JsonObject, JsonValue } from '@switchyard/contracts';

/** Every wire API, and where a simulator serves it. */
export const BASE_PATHS: Readonly<Record<string, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  anthropic: '/v1',
  gemini: '/v1beta',
  bedrock: '/',
  mistral: '/mistral/v1',
  cohere: '/v2',
  ollama: '/',
};

/** What a provider put under its own hand in a message, and who can read it back. */
export interface Signature {
  signer: string;
  proof: string;
}

/** The signatures of a canonical message as the journal holds it. */
export function signaturesOf(message: JsonValue | undefined): Signature[] {
  const parts = (message as JsonObject | undefined)?.['parts'];
  if (!Array.isArray(parts)) return [];
  return parts.flatMap((part) => {
    const { signer, signature, opaque, seal } = part as JsonObject;
    return [
      ...proofsOf(signer, [signature, opaque]),
      ...proofsOf((seal as JsonObject | undefined)?.['signer'], [seal]),
    ];
  });
}

/** Short texts are no proofs, but kinds and names, also of the signer. */
function proofsOf(signer: JsonValue | undefined, values: readonly (JsonValue | undefined)[]): Signature[] {
  if (typeof signer !== 'string') return [];
  const texts = values.flatMap(leaves).filter((text): text is string => typeof text === 'string');
  return texts.filter((text) => text.length >= 12).map((proof) => ({ signer, proof }));
}

function leaves(value: JsonValue | undefined): JsonValue[] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [value];
  return Object.values(value).flatMap((inner) => leaves(inner));
}
