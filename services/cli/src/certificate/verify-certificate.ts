import {
  canonicalJson,
  certificateDigest,
  CertifiedDifferenceSchema,
  CertifiedResultSchema,
  certifiedDifference,
  certifiedResults,
  fromStore,
  EvaluationComparisonSchema,
  toWire,
  type Certificate,
  type CertifiedDifference,
  type CertifiedResult,
  type EvaluationComparison,
  type JsonObject,
  type JsonValue,
} from '@switchyard/contracts';

/** A comparison that a certificate rests on, as its evidence has it. */
export interface Question {
  candidate: string;
  baseline: string;
  scorers: string[];
  margin?: number;
  tolerated?: number;
  alpha?: number;
}

export interface Check {
  name: string;
  passed: boolean;
  /** What differs; empty where nothing does. */
  detail: string;
}

/**
 * Verifies a certificate: what it says against its digest, and each comparison of its evidence, computed again from the record, against what stands
 * in the evidence, byte by byte of the canonical JSON; and what it says, figure by figure, against its evidence.
 *
 * @param again computes a comparison from the record
 */
export async function verifyCertificate(
  certificate: Certificate,
  again: (question: Question) => Promise<EvaluationComparison>,
): Promise<Check[]> {
  const digest = certificateDigest(certificate);
  const checks: Check[] = [
    {
      name: 'digest',
      passed: digest === certificate.digest,
      detail: digest === certificate.digest ? '' : `it says ${certificate.digest}, and what it says gives ${digest}`,
    },
  ];
  const comparisons = comparisonsOf(certificate.evidence);
  if (comparisons.length === 0)
    checks.push({ name: 'evidence', passed: false, detail: 'it has no comparison that could be computed again' });
  for (const { question, kept } of comparisons) {
    const found = toWire(EvaluationComparisonSchema, await again(question));
    checks.push(check(`comparison of ${question.candidate} with ${question.baseline}`, kept, found));
  }
  return comparisons.length === 0 ? checks : [...checks, ...saidChecks(certificate, comparisons)];
}

/** What it says of scorers, cost, time and margin must be what its evidence gives, figure by figure. */
function saidChecks(certificate: Certificate, evidence: readonly { question: Question; kept: JsonObject }[]): Check[] {
  const compared = evidence.map(({ kept }) => fromStore(EvaluationComparisonSchema, kept));
  const given = compared.flatMap((comparison) => certifiedResults(comparison, ''));
  const rows = Array.from({ length: Math.max(given.length, certificate.results.length) }, (_, row) => {
    const [said, gives] = [certificate.results[row], given[row]];
    return check(`result ${gives?.name ?? said?.name ?? ''}`, resultOf(said), resultOf(gives));
  });
  const [first] = compared;
  const other = evidence.find(({ question }) => question.margin !== certificate.margin);
  return [
    ...rows,
    check('cost', measureOf(certificate.costUsd), measureOf(certifiedDifference(first?.costUsd))),
    check('time', measureOf(certificate.durationMs), measureOf(certifiedDifference(first?.durationMs))),
    check('margin', certificate.margin, other ? (other.question.margin ?? null) : certificate.margin),
  ];
}

function check(name: string, said: JsonValue, given: JsonValue): Check {
  const where = firstDifference(said, given);
  return { name, passed: where === undefined, detail: where ?? '' };
}

/** Without the kind of evaluation that it was, which a comparison does not tell. */
function resultOf(result: CertifiedResult | undefined): JsonValue {
  return result ? toWire(CertifiedResultSchema, { ...result, kind: '' }) : null;
}

function measureOf(measure: CertifiedDifference | undefined): JsonValue {
  return measure ? toWire(CertifiedDifferenceSchema, measure) : null;
}

function comparisonsOf(evidence: JsonObject | undefined): { question: Question; kept: JsonObject }[] {
  return objectsOf(evidence?.['comparisons']).map((item) => ({
    question: {
      candidate: textOf(item['candidate']),
      baseline: textOf(item['baseline']),
      scorers: Array.isArray(item['scorers']) ? item['scorers'].map(textOf) : [],
      ...numberAt(item, 'margin'),
      ...numberAt(item, 'tolerated'),
      ...numberAt(item, 'alpha'),
    },
    kept: objectsOf([item['comparison'] ?? null])[0] ?? {},
  }));
}

/** Where two values differ first, as a path with both; undefined where they are the same byte for byte. */
export function firstDifference(kept: JsonValue, found: JsonValue, path = ''): string | undefined {
  if (canonicalJson(kept) === canonicalJson(found)) return undefined;
  const [one, other] = [membersOf(kept), membersOf(found)];
  if (one && other)
    for (const key of [...new Set([...one.keys(), ...other.keys()])].sort()) {
      const [left = null, right = null] = [one.get(key), other.get(key)];
      const within = firstDifference(left, right, path === '' ? key : `${path}.${key}`);
      if (within !== undefined) return within;
    }
  return `${path || 'the whole'}: ${shortened(kept)} was certified, and the record gives ${shortened(found)}`;
}

function membersOf(value: JsonValue): Map<string, JsonValue> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

function shortened(value: JsonValue): string {
  const text = canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

function numberAt<Name extends string>(item: JsonObject, name: Name): Partial<Record<Name, number>> {
  const value = item[name];
  if (typeof value !== 'number') return {};
  const members: Partial<Record<Name, number>> = {};
  members[name] = value;
  return members;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function objectsOf(value: JsonValue | undefined): JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item));
}
