/** Names of budgets: what a turn is charged to. */
export const tenantScope = (tenant: string): string => `tenant:${tenant}`;
export const agentScope = (tenant: string, agent: string): string => `agent:${tenant}/${agent}`;
/** @param rootRunId where the tree of runs begins: all that are below it share one */
export const runScope = (rootRunId: string): string => `run:${rootRunId}`;

/** The root run of a run's scope; undefined for other scopes. */
export function rootOfScope(scope: string): string | undefined {
  return scope.startsWith('run:') ? scope.slice('run:'.length) : undefined;
}

/** For messages. */
export function describeScope(scope: string): string {
  const root = rootOfScope(scope);
  if (root !== undefined) return `run ${root} and the runs that it called`;
  if (scope.startsWith('tenant:')) return `tenant ${scope.slice('tenant:'.length)}`;
  return `agent ${scope.slice(scope.indexOf('/') + 1)}`;
}
