import { Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';
import type { BackendState, Seen } from './backend-state.js';

interface StateRow {
  profile_version: string;
  model: string;
  configured: string;
  since: Date;
  run_id: string;
  previous_profile_version: string;
  previous_model: string;
}

/** What backends were seen to be. All of it within the caller's transaction: the row's lock lets one turn at a time decide. */
@Injectable()
export class BackendStateRepository {
  /** @returns what it has been; undefined where this is the first that is seen of it, which is kept */
  async lock(on: EntityManager, tenant: string, backend: string, seen: Seen): Promise<BackendState | undefined> {
    const { profileVersion, model, configured, at, runId } = seen;
    const added = await sql(
      on,
      `INSERT INTO evaluation.backend_states (tenant, backend, profile_version, model, configured, since, run_id,
         previous_profile_version, previous_model)
       VALUES ($1, $2, $3, $4, $5, $6, $7, '', '') ON CONFLICT DO NOTHING RETURNING backend`,
      [tenant, backend, profileVersion, model, configured, at, runId],
    );
    if (added.length > 0) return undefined;
    const [row] = await sql<StateRow>(
      on,
      `SELECT profile_version, model, configured, since, run_id, previous_profile_version, previous_model
       FROM evaluation.backend_states WHERE tenant = $1 AND backend = $2 FOR UPDATE`,
      [tenant, backend],
    );
    return row && stateOf(row);
  }

  async change(on: EntityManager, tenant: string, backend: string, seen: Seen): Promise<void> {
    const { profileVersion, model, configured, at, runId } = seen;
    await sql(
      on,
      `UPDATE evaluation.backend_states SET previous_profile_version = profile_version, previous_model = model,
         profile_version = $3, model = $4, configured = $5, since = $6, run_id = $7
       WHERE tenant = $1 AND backend = $2`,
      [tenant, backend, profileVersion, model, configured, at, runId],
    );
  }

  /** The last run that is recorded on a backend under a profile, before another one's turn: the record of outcomes does not say as what it answered. */
  async lastRun(
    on: EntityManager,
    { tenant, backend, state, seen }: { tenant: string; backend: string; state: BackendState; seen: Seen },
  ): Promise<{ runId: string; at: Date } | undefined> {
    const [row] = await sql<{ run_id: string; ended_at: Date }>(
      on,
      `SELECT o.run_id, o.ended_at FROM evaluation.outcomes o
       JOIN evaluation.configurations c ON c.tenant = o.tenant AND c.fingerprint = o.configuration
       WHERE o.tenant = $1 AND c.configuration ->> 'backend' = $2 AND NOT o.moved AND o.ended_at <= $4 AND o.run_id <> $5
         AND coalesce(c.configuration ->> 'profile_version', '') = $3
       ORDER BY o.ended_at DESC LIMIT 1`,
      [tenant, backend, state.profileVersion, seen.at, seen.runId],
    );
    return row && { runId: row.run_id, at: row.ended_at };
  }
}

function stateOf(row: StateRow): BackendState {
  return {
    ...{ profileVersion: row.profile_version, model: row.model, configured: row.configured },
    ...{ at: row.since, runId: row.run_id },
    ...{ previousProfileVersion: row.previous_profile_version, previousModel: row.previous_model },
  };
}
