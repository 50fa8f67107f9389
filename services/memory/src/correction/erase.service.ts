import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  timestampFromDate,
  type EraseRequest,
  type ErasureReceiptSchema,
  type ForgetRequest,
  type Memory,
  type MessageInitShape,
  type Scope,
} from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import { sql } from '@switchyard/persistence';
import { eraseBlocks } from '../blocks/block.repository.js';
import { checkScope, invalidField } from '../check-request.js';
import { memoryNotFound } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { eraseRows, type Deleted } from '../persistence/erase.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import { toMemory } from '../persistence/memory-row.js';
import { record, type Act } from './acts.js';
import { GraphRepository } from './graph.repository.js';
import { checkIds } from './retract.service.js';
import { withdrawalOf } from './withdrawal.js';

type Receipt = MessageInitShape<typeof ErasureReceiptSchema>;

/** Who erases, and why. */
export type ErasureOrder = Pick<Act, 'tenant' | 'actor' | 'reason' | 'at'> & { kind: 'erase' | 'forget' };

/** What was erased, for a receipt. */
export interface Erased {
  /** Of the act. */
  id: string;
  deleted: Deleted;
  kept: string[];
  /** SHA-256 over the ids in order, a line each. */
  digest: string;
}

/** Takes memories out for good, with all that was made of them. */
@Injectable()
export class EraseService {
  private readonly forgotten = metrics.counter('switchyard_memory_forgotten_total', 'Memories that were forgotten.');

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(GraphRepository) private readonly graph: GraphRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Rows, words, vectors, what was believed when, what rests on them alone and every summary that holds their words, in one
   * transaction. What one of them had replaced stays replaced: that something is to be forgotten does not make what was
   * before it true again.
   *
   * @throws SwitchyardError `contract.invalid` (neither ids nor a part of a scope), `memory.not_found`
   */
  async erase(request: EraseRequest): Promise<Receipt> {
    const { tenant, actor, reason } = request;
    const scope = request.scope && checkScope(request.scope, 'EraseRequest');
    const named = scope !== undefined && scope.agent + scope.user + scope.thread !== '';
    if (request.ids.length === 0 && !named)
      throw invalidField(
        'EraseRequest',
        'ids',
        'names no memory, and scope no agent, user or thread: say what is to be erased',
      );
    if (request.ids.length > 0 && named)
      throw invalidField('EraseRequest', 'scope', 'is given besides ids: give one of both');
    const ids = checkIds(request.ids, 'EraseRequest');
    return asTenant(this.dataSource, tenant, async (manager) => {
      const at = this.now();
      const roots = named ? await this.graph.ofScope(manager, { ...scope, tenant }) : ids;
      const order = { tenant, kind: 'erase', actor, reason, at } as const;
      const { deleted, kept, digest, id } = await this.eraseWithin(manager, order, roots, {
        demanded: named ? [] : ids,
        ...(named && { blocksOf: { ...scope, tenant } }),
      });
      this.forgotten.inc({}, deleted['memories']);
      return { id, tenant, at: timestampFromDate(at), actor, reason, deleted, kept: kept.length, digest };
    });
  }

  /** @throws SwitchyardError `memory.not_found` */
  async forget({ tenant, id, actor }: ForgetRequest): Promise<Memory> {
    const [row] = await this.memories.find(tenant, [id]);
    if (row === undefined) throw memoryNotFound(id);
    await asTenant(this.dataSource, tenant, async (manager) => {
      const order = { tenant, kind: 'erase', actor, reason: '', at: this.now() } as const;
      const { deleted } = await this.eraseWithin(manager, order, [id], { demanded: [id] });
      this.forgotten.inc({}, deleted['memories']);
    });
    return toMemory(row);
  }

  /**
   * Within a transaction as the tenant, with the act that tells of it.
   *
   * @param options demanded: those that must be there; blocksOf: a scope whose working memory goes too
   */
  async eraseWithin(
    manager: EntityManager,
    order: ErasureOrder,
    roots: readonly string[],
    { demanded = [], blocksOf }: { demanded?: readonly string[]; blocksOf?: Scope } = {},
  ): Promise<Erased> {
    const { gone, kept } = await withdrawalOf(manager, this.graph, roots, demanded);
    const ids = [...gone].sort();
    const deleted = await eraseRows(manager, ids);
    await sql(manager, `UPDATE memory.memories SET superseded_by = '' WHERE superseded_by = ANY ($1)`, [ids]);
    if (blocksOf) deleted['blocks'] = await eraseBlocks(manager, blocksOf);
    const digest = createHash('sha256').update(ids.join('\n')).digest('hex');
    const { id } = await record(manager, { ...order, memories: [], kept, details: { deleted, digest } });
    return { id, deleted, kept, digest };
  }
}
