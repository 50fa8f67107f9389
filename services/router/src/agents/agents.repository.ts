import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { GroupCommit, inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { LISTED_CHARACTERS } from './agent-message.js';
import type { ReadDefinition } from './read-definition.js';

/** A row of registry.agent_versions. */
export interface AgentVersionRow {
  tenant: string;
  name: string;
  version: string;
  number: number;
  definition: JsonObject;
  created_at: Date;
}

export interface Applied {
  row: AgentVersionRow;
  /** What was current before; undefined where the agent is new. */
  before: AgentVersionRow | undefined;
}

const COLUMNS = 'v.tenant, v.name, v.version, v.number, v.definition, v.created_at';
/** One character more of long texts than a list shows: hundreds of agents may have a quarter of a megabyte each. */
const BEGINNING = LISTED_CHARACTERS + 1;
const LISTED = `v.tenant, v.name, v.version, v.number, v.created_at, v.definition || jsonb_strip_nulls(jsonb_build_object(
  'instructions', left(v.definition->>'instructions', ${BEGINNING}),
  'description', left(v.definition->>'description', ${BEGINNING}))) AS definition`;
const CURRENT = `SELECT ${COLUMNS} FROM registry.agents a JOIN registry.agent_versions v USING (tenant, name, version)`;

@Injectable()
export class AgentsRepository {
  /** Under load many tasks ask at once: one statement answers them, and each sees what was committed before it asked. */
  readonly #current: GroupCommit<AgentName, AgentVersionRow | undefined>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.#current = new GroupCommit({ flush: (names) => this.readCurrent(names), maxWaitMs: 1 });
  }

  /** Makes this version the current one, and writes it where it is new. The agent's row is the lock. */
  apply(tenant: string, { definition: { name }, json, version }: ReadDefinition): Promise<Applied> {
    return inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `INSERT INTO registry.agents (tenant, name, version, created_at, updated_at) VALUES ($1, $2, '', now(), now()) ON CONFLICT DO NOTHING`,
        [tenant, name],
      );
      await sql(manager, 'SELECT 1 FROM registry.agents WHERE tenant = $1 AND name = $2 FOR UPDATE', [tenant, name]);
      const [before] = await sql<AgentVersionRow>(manager, `${CURRENT} WHERE a.tenant = $1 AND a.name = $2`, [
        tenant,
        name,
      ]);
      if (before?.version === version) return { row: before, before };
      await sql(
        manager,
        `INSERT INTO registry.agent_versions (tenant, name, version, number, definition, created_at)
         SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4::jsonb, now() FROM registry.agent_versions WHERE tenant = $1 AND name = $2
         ON CONFLICT (tenant, name, version) DO NOTHING`,
        [tenant, name, version, JSON.stringify(json)],
      );
      await sql(
        manager,
        'UPDATE registry.agents SET version = $3, updated_at = now() WHERE tenant = $1 AND name = $2',
        [tenant, name, version],
      );
      const [row] = await sql<AgentVersionRow>(manager, `${CURRENT} WHERE a.tenant = $1 AND a.name = $2`, [
        tenant,
        name,
      ]);
      if (!row) throw new TypeError('An agent was written and is not there');
      return { row, before };
    });
  }

  current(tenant: string, name: string): Promise<AgentVersionRow | undefined> {
    return this.#current.submit({ tenant, name });
  }

  /** Current versions of agents whose names come after this one, by name, as lists need them. */
  list(tenant: string, after: string, limit: number): Promise<AgentVersionRow[]> {
    return sql<AgentVersionRow>(
      this.dataSource,
      `SELECT ${LISTED} FROM registry.agents a JOIN registry.agent_versions v USING (tenant, name, version)
       WHERE a.tenant = $1 AND a.name > $2 ORDER BY a.name LIMIT $3`,
      [tenant, after, limit],
    );
  }

  async names(tenant: string): Promise<string[]> {
    const rows = await sql<{ name: string }>(
      this.dataSource,
      'SELECT name FROM registry.agents WHERE tenant = $1 ORDER BY name',
      [tenant],
    );
    return rows.map(({ name }) => name);
  }

  /** Those before a number, newest first, as lists need them. */
  versions(tenant: string, name: string, before: number, limit: number): Promise<AgentVersionRow[]> {
    return sql<AgentVersionRow>(
      this.dataSource,
      `SELECT ${LISTED} FROM registry.agent_versions v
       WHERE tenant = $1 AND name = $2 AND number < $3 ORDER BY number DESC LIMIT $4`,
      [tenant, name, before, limit],
    );
  }

  async byNumber(tenant: string, name: string, number: number): Promise<AgentVersionRow[]> {
    return sql<AgentVersionRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.agent_versions v WHERE tenant = $1 AND name = $2 AND number = $3`,
      [tenant, name, number],
    );
  }

  /** At most two: enough to know that a prefix is ambiguous. */
  byPrefix(tenant: string, name: string, prefix: string): Promise<AgentVersionRow[]> {
    return sql<AgentVersionRow>(
      this.dataSource,
      `SELECT ${COLUMNS} FROM registry.agent_versions v WHERE tenant = $1 AND name = $2 AND starts_with(version, $3) LIMIT 2`,
      [tenant, name, prefix],
    );
  }

  private async readCurrent(names: readonly AgentName[]): Promise<PromiseSettledResult<AgentVersionRow | undefined>[]> {
    const rows = await sql<AgentVersionRow>(
      this.dataSource,
      `${CURRENT} WHERE (a.tenant, a.name) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [names.map(({ tenant }) => tenant), names.map(({ name }) => name)],
      { name: 'agent_current' },
    );
    const found = new Map(rows.map((row) => [keyOf(row), row]));
    return names.map((name) => ({ status: 'fulfilled', value: found.get(keyOf(name)) }));
  }
}

interface AgentName {
  tenant: string;
  name: string;
}

/** Neither part has a dot: both are subject tokens. */
function keyOf({ tenant, name }: AgentName): string {
  return `${tenant}.${name}`;
}
