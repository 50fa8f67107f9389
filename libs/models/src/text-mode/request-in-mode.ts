import type { ModelRequest } from '../model-request.js';
import type { WireTarget } from '../wire/wire-api.js';
import { constrainedPlan } from './constrained-plan.js';
import { constrainedRequest } from './constrained-request.js';
import { textRequest } from './text-request.js';

/**
 * The request as the wire is to write it: with its tools where the endpoint knows tools, without them where the profile's tool
 * mode says that they are written otherwise. The answer is read with the request that was given.
 *
 * @throws ModelError `model.dialect_unknown`
 */
export function requestInMode(request: ModelRequest, target: Pick<WireTarget, 'name' | 'profile'>): ModelRequest {
  const { mode } = target.profile.tools;
  if (mode === 'native') return request;
  const plan = mode === 'constrained' ? constrainedPlan(request, target.profile) : undefined;
  return plan === undefined ? textRequest(request, target) : constrainedRequest(request, target, plan);
}
