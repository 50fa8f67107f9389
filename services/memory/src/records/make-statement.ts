import { createHash } from 'node:crypto';
import { create, newId, ProvenanceSchema, type Provenance } from '@switchyard/contracts';
import { claimOf } from '../derive/subject.js';
import { indexedTerms } from '../text/indexed-terms.js';
import { statementKey } from '../text/statement-key.js';
import { countTerms } from '../text/tokenise.js';
import type { Statement } from './statement.js';
import { trustOf } from './trust.js';

/** What a caller says; the rest follows from it. */
export type Said = Pick<Statement, 'text'> & Partial<Statement> & { at: Date };

/** A fact or a summary. What its text is about is found by rules where the caller does not say. */
export function makeFact({ at, ...said }: Said & { self: string; value?: string }): Statement {
  const claim = said.subject ? { subject: said.subject, value: said.value ?? '' } : claimOf(said.text, said.self);
  const key = claim && claim.value !== '' ? claimKey(claim.subject, claim.value) : statementKey(said.text);
  return complete({ ...said, at, kind: said.kind ?? 'fact', subject: claim?.subject ?? '', statementKey: key });
}

/** What was said or done. */
export function makeEpisode({ at, ...said }: Said): Statement {
  return complete({ ...said, at, kind: 'episode', statementKey: statementKey(said.text, said.speaker ?? '') });
}

/** In whichever words: the same value of the same subject is the same fact. */
export function claimKey(subject: string, value: string): string {
  return createHash('sha256').update(`claim\n${subject}\n${value}`).digest('hex');
}

function complete(said: Said & Pick<Statement, 'kind' | 'statementKey'>): Statement {
  const provenance: Provenance = said.provenance ?? create(ProvenanceSchema);
  const occurredAt = said.occurredAt ?? said.at;
  return {
    id: said.id ?? newId('mem', said.at.getTime()),
    kind: said.kind,
    text: said.text,
    statementKey: said.statementKey,
    terms: countTerms(indexedTerms(said.text, said.speaker ?? '')),
    tags: said.tags ?? [],
    provenance,
    trust: said.trust ?? trustOf(provenance.source),
    confidence: said.confidence ?? 1,
    count: said.count ?? 1,
    subject: said.subject ?? '',
    evidence: said.evidence ?? [],
    saveKey: said.saveKey ?? '',
    speaker: said.speaker ?? '',
    conversation: said.conversation ?? '',
    position: said.position,
    occurredAt,
    validFrom: said.validFrom ?? occurredAt,
    validTo: said.validTo,
    expiresAt: said.expiresAt,
  };
}
