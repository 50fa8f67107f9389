import { tableKind } from '@switchyard/persistence';

/** Rollouts, and how they ended. One that was under way comes in as stopped: here nobody decided to try anything. */
export const ROLLOUTS = tableKind({
  kind: 'rollout',
  part: 'agents',
  table: 'registry.rollouts',
  key: ['id'],
  stored: {
    status: `CASE WHEN r.status = 'running' THEN 'stopped' ELSE r.status END`,
    reason: `CASE WHEN r.status = 'running' THEN 'It was under way when it was exported.' ELSE r.reason END`,
    ended_by: `CASE WHEN r.status = 'running' THEN 'import' ELSE r.ended_by END`,
    ended_at: `CASE WHEN r.status = 'running' THEN coalesce(r.ended_at, r.started_at) ELSE r.ended_at END`,
  },
  links: [
    { kind: 'agent_version', by: ['agent', 'baseline'] },
    { kind: 'agent_version', by: ['agent', 'candidate'] },
  ],
});
