import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  create,
  ScopeSchema,
  timestampDate,
  type CorrectReplySchema,
  type CorrectRequest,
  type MergeRequest,
  type MessageInitShape,
  type Provenance,
  type SplitReplySchema,
  type SplitRequest,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { checkProvenance, invalidField } from '../check-request.js';
import { memoryConflict, memoryNotFound, trustTooLow } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import { toMemory, type MemoryRow } from '../persistence/memory-row.js';
import { SaveRepository } from '../persistence/save.repository.js';
import { makeFact } from '../records/make-statement.js';
import { keysOf } from '../records/save-keys.js';
import { trustOf } from '../records/trust.js';
import { checkText } from '../write-limits.js';
import { record, type Act } from './acts.js';
import { checkIds } from './retract.service.js';
import { standingOf, type Standing } from './standing.js';

/** Statements that one is split into. */
const MAX_TEXTS = 32;

/** One replacement: some memories by some statements. */
interface Replacement {
  tenant: string;
  kind: Extract<Act['kind'], 'correct' | 'merge' | 'split'>;
  ids: readonly string[];
  texts: readonly string[];
  validFrom: Date | undefined;
  expiresAt: Date | undefined;
  /** What is new rests on what it replaces, and goes with it. */
  rests: boolean;
  provenance: Provenance;
  reason: string;
}

/** Puts statements in the place of others: corrects, merges, splits. Reversible, in one transaction each. */
@Injectable()
export class CorrectService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * The new statement holds from `valid_from` on in the scope and of the subject of the old one, which stays as what held
   * before.
   *
   * @throws SwitchyardError `contract.invalid` (no readable text, or the same statement), `memory.not_found`,
   *   `memory.conflict` (it was retracted), `memory.trust_too_low`
   */
  async correct(request: CorrectRequest): Promise<MessageInitShape<typeof CorrectReplySchema>> {
    const { old, made, act } = await this.replace({
      tenant: request.tenant,
      kind: 'correct',
      ids: [request.id],
      texts: [checkText(request.text, 'CorrectRequest')],
      validFrom: request.validFrom && timestampDate(request.validFrom),
      expiresAt: request.expiresAt && timestampDate(request.expiresAt),
      rests: false,
      provenance: checkProvenance(request.provenance, 'CorrectRequest'),
      reason: request.reason,
    });
    return { ...(made[0] && { memory: toMemory(made[0]) }), superseded: old.map(toMemory), act };
  }

  /** @throws SwitchyardError as `correct`; `contract.invalid` where fewer than two are named, or they are of several scopes */
  async merge(request: MergeRequest): Promise<MessageInitShape<typeof CorrectReplySchema>> {
    const ids = checkIds(request.ids, 'MergeRequest');
    if (ids.length < 2) throw invalidField('MergeRequest', 'ids', 'names fewer than two memories');
    const { old, made, act } = await this.replace({
      tenant: request.tenant,
      kind: 'merge',
      ids,
      texts: [checkText(request.text, 'MergeRequest')],
      validFrom: undefined,
      expiresAt: undefined,
      rests: true,
      provenance: checkProvenance(request.provenance, 'MergeRequest'),
      reason: request.reason,
    });
    return { ...(made[0] && { memory: toMemory(made[0]) }), superseded: old.map(toMemory), act };
  }

  /** @throws SwitchyardError as `correct`; `contract.invalid` where there are fewer than two texts, or too many */
  async split(request: SplitRequest): Promise<MessageInitShape<typeof SplitReplySchema>> {
    const texts = request.texts.map((text, index) => checkText(text, 'SplitRequest', `texts[${index}]`));
    if (texts.length < 2 || texts.length > MAX_TEXTS)
      throw invalidField('SplitRequest', 'texts', `has ${texts.length} texts; give 2 to ${MAX_TEXTS}`);
    const { old, made, act } = await this.replace({
      tenant: request.tenant,
      kind: 'split',
      ids: [request.id],
      texts,
      validFrom: undefined,
      expiresAt: undefined,
      rests: true,
      provenance: checkProvenance(request.provenance, 'SplitRequest'),
      reason: request.reason,
    });
    return { memories: made.map(toMemory), ...(old[0] && { superseded: toMemory(old[0]) }), act };
  }

  private replace(wanted: Replacement) {
    const { tenant, ids, provenance } = wanted;
    return asTenant(this.dataSource, tenant, async (manager) => {
      const at = this.now();
      const before = await standingOf(manager, ids);
      const rows = await this.memories.findWithin(manager, tenant, ids);
      const scope = checkReplaced(wanted, rows);
      const statements = wanted.texts.map((text) => statementOf(text, wanted, rows, at));
      await this.saver.lock(manager, [{ scope, keys: keysOf(statements) }]);
      const known = await this.known(
        manager,
        rows[0]?.scope_id ?? '',
        statements.map(({ statementKey }) => statementKey),
      );
      const beforeThat = await standingOf(manager, known);
      const saved = await this.saver.saveBatch(manager, { scope, statements, at, runId: '' });
      const made = saved.map(({ memoryId }) => memoryId);
      const same = ids.find((id) => made.includes(id));
      if (same !== undefined)
        throw invalidField(
          `${wanted.kind[0]?.toUpperCase() ?? ''}${wanted.kind.slice(1)}Request`,
          'text',
          `says what memory "${same}" says already`,
        );
      const until = statements[0]?.validFrom ?? at;
      await this.saver.apply(
        manager,
        ids.map((id) => ({ id, by: made[0] ?? '', at: until })),
        at,
      );
      const after = await standingOf(manager, [...ids, ...made]);
      const act = await record(manager, {
        tenant,
        kind: wanted.kind,
        actor: provenance.actor || provenance.source,
        reason: wanted.reason,
        at,
        memories: [...ids, ...made],
        kept: [],
        details: {
          changes: [...after.values()].map((standing) => ({
            before: before.get(standing.id) ?? beforeThat.get(standing.id) ?? absent(standing.id),
            after: standing,
          })),
        },
      });
      return {
        old: await this.memories.findWithin(manager, tenant, ids),
        made: await this.memories.findWithin(manager, tenant, made),
        act,
      };
    });
  }

  /** Memories that say one of these already. */
  private async known(manager: EntityManager, scopeId: string, keys: readonly string[]): Promise<string[]> {
    const rows = await sql<{ id: string }>(
      manager,
      'SELECT id FROM memory.memories WHERE scope_id = $1 AND statement_key = ANY ($2) ORDER BY id',
      [scopeId, keys],
    );
    return rows.map(({ id }) => id);
  }
}

/** @returns the scope of all of them */
function checkReplaced({ ids, provenance }: Replacement, rows: readonly MemoryRow[]) {
  const missing = ids.find((id) => !rows.some((row) => row.id === id));
  if (missing !== undefined) throw memoryNotFound(missing);
  const [first, ...others] = rows;
  if (!first || others.some(({ scope_id }) => scope_id !== first.scope_id))
    throw invalidField(
      'MergeRequest',
      'ids',
      'names memories of several scopes: what is for one user is not merged with what is for another',
    );
  const retracted = rows.find(({ state }) => state === 'retracted');
  if (retracted)
    throw memoryConflict(`Memory "${retracted.id}" was retracted. Restore it first, or say the statement anew.`, {
      memory: retracted.id,
    });
  const above = rows.find(({ trust }) => trust > trustOf(provenance.source));
  if (above) throw trustTooLow(above.id);
  const { tenant, agent, user_id: user, thread } = first;
  return create(ScopeSchema, { tenant, agent, user, thread });
}

function statementOf(
  text: string,
  { ids, rests, provenance, validFrom, expiresAt }: Replacement,
  rows: readonly MemoryRow[],
  at: Date,
) {
  const tags = [...new Set(rows.flatMap((row) => row.tags))].sort();
  const subjects = new Set(rows.map(({ subject }) => subject));
  const [subject = ''] = subjects;
  const from = validFrom ?? at;
  const made = makeFact({
    text,
    at,
    self: rows[0]?.user_id ?? '',
    tags,
    provenance,
    evidence: rests ? [...ids] : [],
    validFrom: from,
    expiresAt,
  });
  return made.subject === '' && subjects.size === 1 ? { ...made, subject } : made;
}

/** Of what the act made: to take the act back is to retract it. */
function absent(id: string): Standing {
  return { id, state: 'retracted', superseded_by: '', beliefs: [] };
}
