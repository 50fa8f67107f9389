import { createHash } from 'node:crypto';
import {
  create,
  ProvenanceSchema,
  ScopeSchema,
  timestampDate,
  type MemoryRecord,
  type Scope,
} from '@switchyard/contracts';
import { checkName, checkScope, invalidField } from '../check-request.js';
import { makeEpisode, makeFact } from '../records/make-statement.js';
import type { Statement } from '../records/statement.js';
import { trustOfName } from '../records/trust.js';
import { checkTags, checkText } from '../write-limits.js';
import { notImported } from './import-error.js';

const MESSAGE = 'MemoryRecord';
/** As of what is remembered otherwise: rules.ts of the contracts. */
const MAX_TEXT = 65_536;
const KINDS = ['episode', 'fact', 'summary'];
/** How often one record may have been said: more is no count but a claim to outlive all others. */
const MAX_COUNT = 1_000_000;
/** Memories that one may rest on. */
const MAX_EVIDENCE = 64;

/** For what an import stands, whatever its records say. */
export interface ImportTerms {
  /** The parts that are set win over those of the records; the tenant always does. */
  scope: Scope;
  /** At most. */
  trust: number;
  actor: string;
  at: Date;
}

/** A record, ready to be stored; what it refers to still by the ids of where it comes from. */
export interface ImportedRecord {
  scope: Scope;
  statement: Statement;
  /** Its id where it comes from; empty: it had none. */
  ownId: string;
  evidence: readonly string[];
  supersededBy: string;
}

/**
 * Takes nothing at its own word: the id is new, the source is `import`, the tenant that of the import, and the trust at
 * most what the import is given. Times are kept, but that nothing was said later than now, and how often it was said.
 *
 * @throws SwitchyardError `contract.invalid`, `memory.import.invalid` (retracted, expired)
 */
export function readRecord({ memory }: MemoryRecord, { scope: into, trust, actor, at }: ImportTerms): ImportedRecord {
  if (!memory) throw invalidField(MESSAGE, 'memory', 'is missing');
  if (memory.state === 'retracted') throw notImported('It was retracted where it comes from. Leave it out.');
  const expiresAt = dateOf(memory.expiresAt);
  if (expiresAt && expiresAt <= at) throw notImported('It has expired. Leave it out.');
  if (memory.text.length > MAX_TEXT) throw invalidField(MESSAGE, 'text', `is longer than ${MAX_TEXT} characters`);
  if (memory.kind !== '' && !KINDS.includes(memory.kind))
    throw invalidField(MESSAGE, 'kind', `is "${memory.kind.slice(0, 64)}"; it may be ${KINDS.join(', ')}`);
  if (!(memory.confidence >= 0 && memory.confidence <= 1))
    throw invalidField(MESSAGE, 'confidence', 'is not between 0 and 1');
  const scope = scopeOf(memory.scope, into);
  const ownId = checkName(memory.id, MESSAGE, 'id');
  const statement = statementOf(memory, scope, at, expiresAt);
  const { conversation, speaker, kind, text } = statement;
  return {
    scope,
    ownId,
    evidence: [...new Set(memory.evidence.slice(0, MAX_EVIDENCE))].filter((id) => id !== ownId),
    supersededBy: memory.supersededBy === ownId ? '' : checkName(memory.supersededBy, MESSAGE, 'superseded_by'),
    statement: {
      ...statement,
      trust: memory.trust === '' ? trust : Math.min(trust, trustOfName(memory.trust)),
      provenance: create(ProvenanceSchema, { source: 'import', actor }),
      saveKey: digest('import', scope.agent, scope.user, scope.thread, conversation, speaker, kind, text, ownId),
    },
  };
}

/** What an own id is looked up by, later on. Holds nothing of it. */
export function linkKey(kind: 'imported' | 'replaced-by', ownId: string): string {
  return digest(kind, ownId);
}

type Said = NonNullable<MemoryRecord['memory']>;

function statementOf(memory: Said, scope: Scope, at: Date, expiresAt: Date | undefined): Statement {
  const occurredAt = earlier(dateOf(memory.occurredAt) ?? dateOf(memory.createdAt) ?? at, at);
  const common = {
    at,
    text: checkText(memory.text, MESSAGE),
    tags: checkTags(memory.tags, MESSAGE),
    occurredAt,
    expiresAt,
    count: Math.min(Math.max(memory.count, 1), MAX_COUNT),
  };
  if (memory.kind === 'episode')
    return makeEpisode({
      ...common,
      speaker: checkName(memory.speaker.trim(), MESSAGE, 'speaker'),
      conversation: checkName(memory.conversation, MESSAGE, 'conversation'),
      position: memory.position || undefined,
    });
  const validFrom = dateOf(memory.validFrom) ?? occurredAt;
  const validTo = dateOf(memory.validTo);
  if (validTo && validTo <= validFrom)
    throw invalidField(MESSAGE, 'valid_to', 'is not after valid_from: it would never be true');
  return makeFact({
    ...common,
    validFrom,
    validTo,
    kind: memory.kind === 'summary' ? 'summary' : 'fact',
    subject: checkName(memory.subject.trim().toLowerCase(), MESSAGE, 'subject'),
    confidence: memory.confidence || 1,
    self: scope.user,
  });
}

function scopeOf(said: Scope | undefined, into: Scope): Scope {
  return checkScope(
    create(ScopeSchema, {
      tenant: into.tenant,
      agent: into.agent || said?.agent || '',
      user: into.user || said?.user || '',
      thread: into.thread || said?.thread || '',
    }),
    MESSAGE,
  );
}

function digest(kind: string, ...parts: readonly string[]): string {
  return `${kind}:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

function dateOf(time: Said['createdAt']): Date | undefined {
  return time && timestampDate(time);
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}
