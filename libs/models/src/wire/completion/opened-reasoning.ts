import type { ModelRequest } from '../../model-request.js';
import type { Profile } from '../../profile/profile.js';

/** A request that is sent is read afterwards: whether its prompt opened the reasoning need not be found out again. */
const opened = new WeakMap<ModelRequest, { profile: Profile; opens: boolean }>();

export function rememberReasoning(request: ModelRequest, profile: Profile, opens: boolean): void {
  opened.set(request, { profile, opens });
}

/** Whether the prompt of a request opened the reasoning; undefined where the request was not written here. */
export function openedReasoning(request: ModelRequest, profile: Profile): boolean | undefined {
  const entry = opened.get(request);
  return entry?.profile === profile ? entry.opens : undefined;
}
