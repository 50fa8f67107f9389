import type { ModelRequest } from '../model-request.js';
import { plannedRequest } from '../wire/request-plan.js';
import type { WireTarget } from '../wire/wire-api.js';
import { constrainedPlan } from './constrained-plan.js';
import { constrainedRequest } from './constrained-request.js';
import { textRequest } from './text-request.js';

/**
 * The request as the wire is to write it: with its tools where the endpoint knows tools, without them where the profile's tool
 * mode says that they are written otherwise. The answer is read with the request that was given.
 *
 * @throws ModelError `model.dialect_unknown`, and as `plannedRequest`
 */
export function requestInMode(request: ModelRequest, target: WireTarget): ModelRequest {
  const { mode } = target.profile.tools;
  if (mode === 'native') return request;
  const asked = withOutputInWords(request, target);
  const plan = mode === 'constrained' ? constrainedPlan(asked, target.profile) : undefined;
  return plan === undefined ? textRequest(asked, target) : constrainedRequest(asked, target, plan);
}

/** Where calls are text, an answer cannot be held to the result's schema alone: the result is asked for in words. */
function withOutputInWords(request: ModelRequest, target: WireTarget): ModelRequest {
  const { request: planned } = plannedRequest(request, target);
  if (request.output === undefined || (request.tools ?? []).length === 0 || request.toolChoice === 'none')
    return request;
  const { output: _asked, ...rest } = request;
  return { ...rest, messages: planned.messages };
}
