import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { create, MemoryBlockSchema, timestampFromDate, type MemoryBlock, type Scope } from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { tooManyBlocks } from '../memory-error.js';
import { asTenant } from '../persistence/as-tenant.js';

/** Blocks of one scope at most: each is a part of a prompt, not a store. */
export const BLOCKS_OF_SCOPE = 8;

/** A change that is to be made. */
export interface Change {
  scope: Scope;
  label: string;
  text: string;
  /** The version that it replaces; undefined: whichever it is. */
  version: number | undefined;
  actor: string;
  callId: string;
  at: Date;
}

/** Calls that may come again: a thread has few at once. */
const KEPT_CALLS = 32;

interface BlockRow {
  tenant: string;
  agent: string;
  user_id: string;
  thread: string;
  label: string;
  text: string;
  version: number;
  updated_at: Date;
  actor: string;
  calls: string[];
}

/** Blocks, each of one scope and label. */
@Injectable()
export class BlockRepository {
  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {}

  async find(scope: Scope, label: string): Promise<MemoryBlock | undefined> {
    const row = await asTenant(this.dataSource, scope.tenant, (manager) => read(manager, scope, label));
    return row && toBlock(row);
  }

  /**
   * @returns the block as it is afterwards, and whether it is what was wanted: another version stays as it is
   * @throws SwitchyardError `memory.block.invalid` where the scope has as many blocks as it may
   */
  put(change: Change): Promise<{ block: MemoryBlock | undefined; done: boolean }> {
    const { scope, label, text, version, actor, callId, at } = change;
    return asTenant(this.dataSource, scope.tenant, async (manager) => {
      await sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        // Of the whole scope, so that its blocks can be counted: two new ones at once would both find room for the last.
        ['memory block', ...partsOf(scope, '')].join('\n'),
      ]);
      const now = await read(manager, scope, label);
      if (now && callId !== '' && now.calls.includes(callId)) return { block: toBlock(now), done: true };
      if (version !== undefined && version !== (now?.version ?? 0)) return { block: now && toBlock(now), done: false };
      if (!now && (await count(manager, scope)) >= BLOCKS_OF_SCOPE) throw tooManyBlocks(BLOCKS_OF_SCOPE);
      const [row] = await sql<BlockRow>(
        manager,
        `INSERT INTO memory.blocks (tenant, agent, user_id, thread, label, text, version, updated_at, actor, calls)
         VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8, $9)
         ON CONFLICT (tenant, agent, user_id, thread, label) DO UPDATE SET text = excluded.text, version = blocks.version + 1,
           updated_at = excluded.updated_at, actor = excluded.actor, calls = excluded.calls
         RETURNING *`,
        [
          ...partsOf(scope, label),
          text,
          at,
          actor,
          [...(now?.calls ?? []), ...(callId === '' ? [] : [callId])].slice(-KEPT_CALLS),
        ],
      );
      return { block: row && toBlock(row), done: true };
    });
  }
}

/** Deletes the blocks of all scopes that have the parts that are set. @returns how many */
export async function eraseBlocks(manager: EntityManager, { tenant, agent, user, thread }: Scope): Promise<number> {
  const gone = await sql(
    manager,
    `DELETE FROM memory.blocks WHERE tenant = $1 AND $2 IN ('', agent) AND $3 IN ('', user_id) AND $4 IN ('', thread) RETURNING 1`,
    [tenant, agent, user, thread],
  );
  return gone.length;
}

async function read(manager: EntityManager, scope: Scope, label: string): Promise<BlockRow | undefined> {
  const [row] = await sql<BlockRow>(
    manager,
    'SELECT * FROM memory.blocks WHERE tenant = $1 AND agent = $2 AND user_id = $3 AND thread = $4 AND label = $5',
    partsOf(scope, label),
  );
  return row;
}

async function count(manager: EntityManager, scope: Scope): Promise<number> {
  const rows = await sql(
    manager,
    'SELECT 1 FROM memory.blocks WHERE tenant = $1 AND agent = $2 AND user_id = $3 AND thread = $4 LIMIT $5',
    [...partsOf(scope, '').slice(0, 4), BLOCKS_OF_SCOPE],
  );
  return rows.length;
}

function partsOf({ tenant, agent, user, thread }: Scope, label: string): string[] {
  return [tenant, agent, user, thread, label];
}

function toBlock(row: BlockRow): MemoryBlock {
  const { tenant, agent, user_id: user, thread, label, text, version, updated_at, actor } = row;
  const scope = { tenant, agent, user, thread };
  return create(MemoryBlockSchema, { scope, label, text, version, updatedAt: timestampFromDate(updated_at), actor });
}
