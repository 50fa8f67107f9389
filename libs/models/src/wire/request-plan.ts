import { ToolNames } from '../calls/tool-names.js';
import type { ModelError } from '../model-error.js';
import type { ModelRequest, ToolDefinition } from '../model-request.js';
import type { Profile } from '../profile/profile.js';
import type { Projected } from '../schema/projection.js';
import type { OutputPlan } from '../schema/structured-output.js';
import { adaptChoice } from './adapt-choice.js';
import { withInstructions } from './instructions.js';
import { planOutput } from './plan-output.js';
import { offeredTools } from './settings.js';
import { projectTool, repeatedTool, schemaRefused, tooManyTools } from './tool-schemas.js';
import type { WireTarget } from './wire-api.js';
import { inWireForm } from './wire-history.js';

/** A request in what one endpoint takes, and the way back for its answer. */
export interface RequestPlan {
  /**
   * What is written: tools with the schemas that the endpoint takes, calls of the history in the form of these, a tool choice that it has,
   * and what has to be said in words among the instructions.
   */
  request: ModelRequest;
  names: ToolNames;
  /** What an answer may call, with the schemas of their authors. */
  callable: readonly ToolDefinition[];
  /** How the schemas on the wire stand to the authors', by the tool's name. */
  projections: ReadonlyMap<string, Projected>;
  /** Where a value is asked for. Its tool, if it has one, is among the callable ones. */
  output?: OutputPlan;
  /** Why nothing can be sent. */
  refusal?: ModelError;
}

/** An answer is read by the plan of its request: looked up, not made again. */
const plans = new WeakMap<ModelRequest, { profile: Profile; plan: RequestPlan }>();

/** How a request goes to an endpoint. Made once for both ways; the request must not be changed in between. Does not throw. */
export function planRequest(request: ModelRequest, target: WireTarget): RequestPlan {
  const known = plans.get(request);
  if (known?.profile === target.profile) return known.plan;
  const plan = makePlan(request, target);
  plans.set(request, { profile: target.profile, plan });
  return plan;
}

/**
 * The same, for writing it.
 *
 * @throws ModelError (`bad_request`) `model.schema_refused`, `model.too_many_tools` or `model.tool_repeated`
 */
export function plannedRequest(request: ModelRequest, target: WireTarget): RequestPlan {
  const plan = planRequest(request, target);
  if (plan.refusal !== undefined) throw plan.refusal;
  return plan;
}

function makePlan(request: ModelRequest, target: WireTarget): RequestPlan {
  const { profile } = target;
  const authored = request.tools ?? [];
  // Written as text, tools are shown as their authors made them, and to whom no other way is known.
  const isNative = profile.tools.mode === 'native';
  const possible = isNative ? offeredTools(request, profile) : authored;
  const offered = request.toolChoice === 'none' && request.output !== undefined ? [] : possible;
  const planned = planOutput(request, offered, target);
  const output = planned !== undefined && planned.ok ? planned.plan : undefined;
  const names = new ToolNames(
    [...authored, ...(request.unshownTools ?? []), ...(output?.tool === undefined ? [] : [output.tool])].map(
      (tool) => tool.name,
    ),
    profile.tools,
  );

  const projections = new Map<string, Projected>();
  let refusal = repeatedTool(authored) ?? (planned?.ok === false ? planned.refusal : undefined);
  const onWire = offered.map((tool): ToolDefinition => {
    const projection = projectTool(tool, isNative ? profile.tools.subset : 'json-schema');
    if (!projection.ok) {
      refusal ??= schemaRefused(tool, projection, target);
      return tool;
    }
    projections.set(tool.name, projection);
    return { ...tool, inputSchema: projection.schema };
  });
  if (output?.tool !== undefined) onWire.push(output.tool);
  if (isNative && onWire.length > profile.tools.max) refusal ??= tooManyTools(onWire.length, target);

  const adapted = adaptChoice(planned?.ok === true ? planned.choice : request.toolChoice, onWire, profile, names);
  const { tools: _tools, unshownTools: _unshown, toolChoice: _choice, ...rest } = request;
  const said = [...(planned?.ok === true ? planned.instructions : []), ...adapted.instructions];
  return {
    request: {
      ...rest,
      messages: withInstructions(inWireForm(request.messages, projections), said),
      ...(adapted.tools.length === 0 ? {} : { tools: adapted.tools }),
      ...(adapted.choice === undefined ? {} : { toolChoice: adapted.choice }),
    },
    names,
    callable: callableTools(request, output),
    projections,
    ...(output === undefined ? {} : { output }),
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** Where none may be called, a call is one of an unknown tool. What is given as the result is judged by who asked for it. */
function callableTools(request: ModelRequest, output: OutputPlan | undefined): readonly ToolDefinition[] {
  const authored = request.toolChoice === 'none' ? [] : [...(request.tools ?? []), ...(request.unshownTools ?? [])];
  return output?.tool === undefined ? authored : [...authored, { ...output.tool, inputSchema: { type: 'object' } }];
}
