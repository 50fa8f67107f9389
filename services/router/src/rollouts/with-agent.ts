import { sql } from '@switchyard/persistence';
import type { EntityManager } from 'typeorm';

/**
 * Holds an agent's row until the transaction ends. Whatever changes the agent's current version or its rollout holds it
 * first: such acts come one after the other, and each sees what the one before decided.
 *
 * @returns the content address of the current version; undefined where there is no such agent
 */
export async function lockAgent(manager: EntityManager, tenant: string, agent: string): Promise<string | undefined> {
  const [row] = await sql<{ version: string }>(
    manager,
    'SELECT version FROM registry.agents WHERE tenant = $1 AND name = $2 FOR UPDATE',
    [tenant, agent],
  );
  return row?.version;
}

/**
 * Ends the agent's rollout, if one is under way, because somebody applied a version: who applies the candidate has promoted
 * it, who applies another one has stopped the rollout. The agent's row is held.
 */
export async function endByApply(
  manager: EntityManager,
  applied: { tenant: string; agent: string; version: string; number: number; actor: string },
): Promise<void> {
  const { tenant, agent, version, number, actor } = applied;
  await sql(
    manager,
    `UPDATE registry.rollouts SET status = CASE WHEN candidate = $3 THEN 'promoted' ELSE 'stopped' END, reason = $4, ended_by = $5,
       ended_at = clock_timestamp()
     WHERE tenant = $1 AND agent = $2 AND status = 'running'`,
    [tenant, agent, version, `${actor || 'somebody'} applied version ${number}`, actor],
  );
}
