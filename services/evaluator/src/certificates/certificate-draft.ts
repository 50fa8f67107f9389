import {
  certificateDigest,
  CertificateSchema,
  create,
  SwitchyardError,
  timestampFromDate,
  type Certificate,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';

type Init = MessageInitShape<typeof CertificateSchema>;

/** What is to be certified. */
export interface CertificateDraft {
  tenant: string;
  agent: string;
  baseline: NonNullable<Init['baseline']>;
  candidate: NonNullable<Init['candidate']>;
  /** Ids, in the order of the comparisons in the evidence. */
  evaluations: string[];
  margin: number;
  results: NonNullable<Init['results']>;
  costUsd?: Init['costUsd'];
  durationMs?: Init['durationMs'];
  /** One certificate a swap: issued again for the same, it is the first one. */
  swap?: string;
  /** See `evidenceOf`. */
  evidence: JsonObject;
  /** "user:<name>". */
  issuedBy: string;
  /** Days that it is in force for at most; 90 where absent. */
  days?: number;
}

const DAYS = 90;
const DAY_MS = 86_400_000;

/**
 * The certificate that the draft becomes.
 *
 * @throws SwitchyardError `certificate.invalid`
 */
export function certificateOf(draft: CertificateDraft, id: string, at: Date): Certificate {
  const { days = DAYS, swap = '', costUsd, durationMs, ...said } = draft;
  if (!(days > 0 && Number.isFinite(days)))
    throw invalid(`A certificate cannot be in force for ${days} days. Give a number above 0.`, { days });
  if (!(said.margin > 0 && said.margin <= 1))
    throw invalid(`${said.margin} is no margin. Give a part of one, above 0.`, { margin: said.margin });
  if (said.results.length === 0)
    throw invalid('A certificate without a result says nothing. Compare something first.', { agent: said.agent });
  const failed = said.results.find(({ verdict }) => verdict !== 'PASS');
  if (failed)
    throw invalid(
      `"${failed.name ?? ''}" is ${failed.verdict ?? 'without a verdict'}: only what passed is certified. Read the comparison for what would decide.`,
      { result: failed.name ?? '' },
    );
  const certificate = create(CertificateSchema, {
    ...{ ...said, swap, id, status: 'in_force' },
    ...(costUsd ? { costUsd } : {}),
    ...(durationMs ? { durationMs } : {}),
    issuedAt: timestampFromDate(at),
    expiresAt: timestampFromDate(new Date(at.getTime() + days * DAY_MS)),
  });
  return { ...certificate, digest: certificateDigest(certificate) };
}

function invalid(message: string, details: JsonObject): SwitchyardError {
  return new SwitchyardError('certificate.invalid', message, { details });
}
