import type { JsonObject } from '@switchyard/contracts';

/** What may change of a backend, and whose doing that is. */
export const CAUSES = {
  model: 'provider_change',
  template: 'provider_change',
  tokenizer: 'provider_change',
  answers: 'drift',
  latency: 'drift',
  quality: 'drift',
  profile: 'own_change',
} as const;
export type DriftKind = keyof typeof CAUSES;
export type DriftCause = (typeof CAUSES)[DriftKind];

/** A change that was noticed. */
export interface NewDrift {
  tenant: string;
  backend: string;
  kind: DriftKind;
  before: string;
  after: string;
  /** It happened between these. */
  changedAfter: Date;
  changedBefore: Date;
  /** Empty where runs showed it. */
  watch: string;
  evidence: JsonObject;
}

const NAMES: Readonly<Record<DriftKind, string>> = {
  model: 'the provider answers with another model',
  template: 'the provider puts other text around what is sent',
  tokenizer: 'the provider counts tokens otherwise',
  answers: 'fixed questions are answered otherwise',
  latency: 'answers take longer',
  quality: 'scores fell',
  profile: 'another profile or model was applied here',
};

/** For people: why a certificate expired. */
export function sentenceOf({ backend, kind, before, after }: NewDrift): string {
  return `"${backend}" changed: ${NAMES[kind]} (${before}; now ${after})`;
}
