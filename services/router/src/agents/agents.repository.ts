import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@switchyard/contracts';
import { GroupCommit, inTransaction, sql } from '@switchyard/persistence';
import { DataSource, type EntityManager } from 'typeorm';
import { endByApply, lockAgent } from '../rollouts/with-agent.js';
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
  is_current: boolean;
}

/** The current version, and what is rolled out beside it; null where nothing is. */
export interface CurrentAgentRow extends AgentVersionRow {
  rollout_id: string | null;
  share: number | null;
  sticky: string | null;
  candidate_version: string | null;
  candidate_definition: JsonObject | null;
}

export interface Applied {
  row: AgentVersionRow;
  /** What was current before; undefined where the agent is new. */
  before: AgentVersionRow | undefined;
}

const IS_CURRENT = `EXISTS (SELECT 1 FROM registry.agents c
  WHERE c.tenant = v.tenant AND c.name = v.name AND c.version = v.version) AS is_current`;
const STORED = 'v.tenant, v.name, v.version, v.number, v.definition, v.created_at';
const COLUMNS = `${STORED}, ${IS_CURRENT}`;
/** One character more of long texts than a list shows: hundreds of agents may have a quarter of a megabyte each. */
const BEGINNING = LISTED_CHARACTERS + 1;
const LISTED = `v.tenant, v.name, v.version, v.number, v.created_at, ${IS_CURRENT}, v.definition || jsonb_strip_nulls(jsonb_build_object(
  'instructions', left(v.definition->>'instructions', ${BEGINNING}),
  'description', left(v.definition->>'description', ${BEGINNING}))) AS definition`;
const CURRENT = `SELECT ${STORED}, true AS is_current FROM registry.agents a JOIN registry.agent_versions v USING (tenant, name, version)`;
/** In one statement, so that a rollout which has ended is seen by no task that comes after; one whose baseline is no longer current is none. */
const CURRENT_WITH_ROLLOUT = `SELECT ${STORED}, true AS is_current, r.id AS rollout_id, r.share, r.sticky,
    w.version AS candidate_version, w.definition AS candidate_definition
  FROM registry.agents a JOIN registry.agent_versions v USING (tenant, name, version)
  LEFT JOIN registry.rollouts r ON r.tenant = a.tenant AND r.agent = a.name AND r.status = 'running' AND r.baseline = a.version
  LEFT JOIN registry.agent_versions w ON w.tenant = r.tenant AND w.name = r.agent AND w.version = r.candidate`;

@Injectable()
export class AgentsRepository {
  /** Under load many tasks ask at once: one statement answers them, and each sees what was committed before it asked. */
  readonly #current: GroupCommit<AgentName, CurrentAgentRow | undefined>;

  constructor(@Inject(DataSource) private readonly dataSource: DataSource) {
    this.#current = new GroupCommit({ flush: (names) => this.readCurrent(names), maxWaitMs: 1 });
  }

  /**
   * Makes this version the current one, and writes it where it is new. What is rolled out beside the one before ends: who
   * applies has decided. The agent's row is the lock.
   */
  apply(tenant: string, read: ReadDefinition, actor: string): Promise<Applied> {
    const { name } = read.definition;
    return inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `INSERT INTO registry.agents (tenant, name, version, created_at, updated_at) VALUES ($1, $2, '', now(), now()) ON CONFLICT DO NOTHING`,
        [tenant, name],
      );
      const before = await lockCurrent(manager, tenant, name);
      if (before?.version === read.version) return { row: before, before };
      const { number } = await keep(manager, tenant, read);
      await sql(
        manager,
        'UPDATE registry.agents SET version = $3, updated_at = now() WHERE tenant = $1 AND name = $2',
        [tenant, name, read.version],
      );
      await endByApply(manager, { tenant, agent: name, version: read.version, number, actor });
      const row = await this.read(manager, `${CURRENT} WHERE a.tenant = $1 AND a.name = $2`, [tenant, name]);
      return { row, before };
    });
  }

  /** Writes this version where it is new, and leaves the current one. Undefined where there is no such agent. */
  stage(tenant: string, read: ReadDefinition): Promise<Applied | undefined> {
    const { name } = read.definition;
    return inTransaction(this.dataSource, async (manager) => {
      const before = await lockCurrent(manager, tenant, name);
      if (!before || before.version === read.version) return before && { row: before, before };
      await keep(manager, tenant, read);
      const row = await this.read(
        manager,
        `SELECT ${COLUMNS} FROM registry.agent_versions v WHERE v.tenant = $1 AND v.name = $2 AND v.version = $3`,
        [tenant, name, read.version],
      );
      return { row, before };
    });
  }

  current(tenant: string, name: string): Promise<CurrentAgentRow | undefined> {
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

  private async read(manager: EntityManager, query: string, parameters: string[]): Promise<AgentVersionRow> {
    const [row] = await sql<AgentVersionRow>(manager, query, parameters);
    if (!row) throw new TypeError('An agent was written and is not there');
    return row;
  }

  private async readCurrent(names: readonly AgentName[]): Promise<PromiseSettledResult<CurrentAgentRow | undefined>[]> {
    const rows = await sql<CurrentAgentRow>(
      this.dataSource,
      `${CURRENT_WITH_ROLLOUT} WHERE (a.tenant, a.name) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
      [names.map(({ tenant }) => tenant), names.map(({ name }) => name)],
      { name: 'agent_current' },
    );
    const found = new Map(rows.map((row) => [keyOf(row), row]));
    return names.map((name) => ({ status: 'fulfilled', value: found.get(keyOf(name)) }));
  }
}

/** The agent's row is held until the transaction ends: who changes what is current, or what is rolled out, comes one after the other. */
async function lockCurrent(manager: EntityManager, tenant: string, name: string): Promise<AgentVersionRow | undefined> {
  await lockAgent(manager, tenant, name);
  const [current] = await sql<AgentVersionRow>(manager, `${CURRENT} WHERE a.tenant = $1 AND a.name = $2`, [
    tenant,
    name,
  ]);
  return current;
}

/** Writes a version where it is new. @returns its number */
async function keep(
  manager: EntityManager,
  tenant: string,
  { definition: { name }, json, version }: ReadDefinition,
): Promise<{ number: number }> {
  await sql(
    manager,
    `INSERT INTO registry.agent_versions (tenant, name, version, number, definition, created_at)
     SELECT $1, $2, $3, coalesce(max(number), 0) + 1, $4::jsonb, now() FROM registry.agent_versions WHERE tenant = $1 AND name = $2
     ON CONFLICT (tenant, name, version) DO NOTHING`,
    [tenant, name, version, JSON.stringify(json)],
  );
  const [row] = await sql<{ number: number }>(
    manager,
    'SELECT number FROM registry.agent_versions WHERE tenant = $1 AND name = $2 AND version = $3',
    [tenant, name, version],
  );
  if (!row) throw new TypeError('A version was written and is not there');
  return row;
}

interface AgentName {
  tenant: string;
  name: string;
}

/** Neither part has a dot: both are subject tokens. */
function keyOf({ tenant, name }: AgentName): string {
  return `${tenant}.${name}`;
}
