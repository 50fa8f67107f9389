import { RouterService, type Rollout, type RunAccepted } from '@switchyard/contracts';
import type { RouterUnderTest } from '../router.fixture.js';

export const tenant = 'default';

/** Two versions of an agent, of which the first is current. */
export interface TwoVersions {
  agent: string;
  one: string;
  two: string;
}

export async function twoVersions(router: RouterUnderTest, agent: string, second: object = {}): Promise<TwoVersions> {
  const apply = async (definition: object, staged: boolean): Promise<string> => {
    const request = { tenant, definition: { name: agent, ...definition }, staged };
    return (await router.rpc.call(RouterService.method.applyAgent, request)).version?.version ?? '';
  };
  const one = await apply({ instructions: 'One.' }, false);
  return { agent, one, two: await apply({ instructions: 'Two.', ...second }, true) };
}

export function startRollout(
  router: RouterUnderTest,
  request: { agent: string; [field: string]: unknown },
): Promise<Rollout> {
  const usual = { tenant, candidate: '2', actor: 'user:ada' };
  return router.rpc.call(RouterService.method.startRollout, { ...usual, ...request });
}

export function endRollout(router: RouterUnderTest, id: string, status: string, more: object = {}): Promise<Rollout> {
  return router.rpc.call(RouterService.method.endRollout, { tenant, id, status, actor: 'evaluator', ...more });
}

/** How a run was accepted. */
export async function acceptedAs(router: RouterUnderTest, runId: string): Promise<RunAccepted> {
  const { events } = await router.journal.load(runId);
  const body = events[0]?.body;
  if (body?.case !== 'runAccepted') throw new Error('A journal begins with RunAccepted');
  return body.value;
}
