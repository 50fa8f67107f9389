import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { sql } from '@switchyard/persistence';

/** Which memories an id of elsewhere became: kept beside the saves, as digests, for imports that come in parts. */
@Injectable()
export class LinkRepository {
  /** The newest that is there for each key. */
  async find(manager: EntityManager, tenant: string, keys: readonly string[]): Promise<Map<string, string>> {
    const rows = await sql<{ call_id: string; memory_id: string }>(
      manager,
      `SELECT s.call_id, s.memory_id FROM memory.saves s JOIN memory.memories m ON m.id = s.memory_id
       WHERE s.tenant = $1 AND s.call_id = ANY ($2) AND m.state <> 'retracted' ORDER BY s.saved_at, s.memory_id`,
      [tenant, keys],
    );
    return new Map(rows.map(({ call_id, memory_id }) => [call_id, memory_id]));
  }

  async add(
    manager: EntityManager,
    tenant: string,
    links: readonly { key: string; memoryId: string }[],
    at: Date,
  ): Promise<void> {
    if (links.length === 0) return;
    await sql(
      manager,
      `INSERT INTO memory.saves (tenant, call_id, memory_id, saved_at)
       SELECT $1, key, id, $4 FROM unnest($2::text[], $3::text[]) AS s (key, id) ON CONFLICT DO NOTHING`,
      [tenant, links.map(({ key }) => key), links.map(({ memoryId }) => memoryId), at],
    );
  }

  /** Imported memories that wait for what took their place: not yet replaced, of its scope, and not believed more. */
  waiting(
    manager: EntityManager,
    tenant: string,
    replacements: readonly { key: string; by: string }[],
  ): Promise<{ id: string; by: string; at: Date }[]> {
    return sql(
      manager,
      `SELECT DISTINCT ON (m.id) m.id, n.id AS by, v.valid_from AS at
       FROM unnest($2::text[], $3::text[]) AS r (key, by)
       JOIN memory.saves s ON s.tenant = $1 AND s.call_id = r.key
       JOIN memory.memories m ON m.id = s.memory_id
       JOIN memory.memories n ON n.id = r.by
       JOIN memory.versions v ON v.memory_id = n.id AND v.known_to = 'infinity'
       WHERE m.id <> n.id AND m.scope_id = n.scope_id AND m.state = 'current' AND m.source = 'import'
         AND n.state <> 'retracted' AND n.trust >= m.trust
       ORDER BY m.id, n.id`,
      [tenant, replacements.map(({ key }) => key), replacements.map(({ by }) => by)],
    );
  }
}
