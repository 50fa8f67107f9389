import { ToolNames } from '../calls/tool-names.js';
import { ModelError } from '../model-error.js';
import type { ModelRequest, ToolChoice, ToolDefinition } from '../model-request.js';
import type { OutputRule, Profile } from '../profile/profile.js';
import type { OutputMethod, OutputPlan } from '../schema/structured-output.js';
import { structuredOutput } from '../schema/structured-output.js';
import type { WireTarget } from './wire-api.js';

export type PlannedOutput =
  | { ok: true; plan: OutputPlan; choice: ToolChoice | undefined; instructions: string[] }
  | { ok: false; refusal: ModelError };

/** How a request's value is asked for, beside the tools that are offered; undefined where none is. */
export function planOutput(
  request: ModelRequest,
  offered: readonly ToolDefinition[],
  target: WireTarget,
): PlannedOutput | undefined {
  const { output } = request;
  if (output === undefined) return undefined;
  const { profile } = target;
  const plan = structuredOutput(
    output.schema,
    {
      methods: methodsFor(profile, offered.length > 0),
      schemaSubset: profile.output.subset,
      toolSubset: profile.tools.subset,
    },
    {
      name: freeName(output.name ?? 'result', request.tools ?? []),
      ...(output.description === undefined ? {} : { description: output.description }),
    },
  );
  if (!plan.ok) {
    const at = plan.path === '' ? 'its root' : plan.path;
    const message = `The schema of the result cannot be sent to backend ${target.name} (${plan.code} at ${at}): ${plan.reason} Change the schema, or use another backend.`;
    return { ok: false, refusal: new ModelError({ kind: 'bad_request', code: 'model.schema_refused', message }) };
  }
  const choice = request.toolChoice;
  if (offered.length === 0)
    return {
      ok: true,
      plan,
      choice: plan.toolChoice,
      instructions: plan.instructions === undefined ? [] : [plan.instructions],
    };
  if (plan.tool !== undefined) {
    const sentence = `When you have what you need, give the result by calling the tool \`${plan.name}\`: it ends your work.`;
    const free = choice === undefined || choice === 'auto';
    return { ok: true, plan, choice: free ? 'required' : choice, instructions: [sentence] };
  }
  const asked = plan.instructions;
  const instructions =
    asked === undefined ? [] : [`Call tools first where you need them. Your last answer is the result. ${asked}`];
  return { ok: true, plan, choice, instructions };
}

function methodsFor({ output, capabilities, tools }: Profile, besideTools: boolean): readonly OutputMethod[] {
  const isNative = tools.mode === 'native';
  // Calls are text then, or the schema has a place for them already.
  if (besideTools && !isNative) return ['prompt'];
  const usable = (methods: OutputRule['methods']): OutputMethod[] =>
    methods.filter((method) => method !== 'tool' || (capabilities.tools && isNative));
  if (!besideTools) return usable(output.methods);
  const both = usable(output.methods.filter((method) => output.besideTools.includes(method)));
  // To be asked in words is possible everywhere.
  return both.length > 0 ? both : ['prompt'];
}

/** A name that every method takes, and no tool has. */
function freeName(wanted: string, tools: readonly ToolDefinition[]): string {
  const name = new ToolNames([wanted], { nameLength: 60, nameStartsWithLetter: true }).toWire(wanted);
  const taken = new Set(tools.map((tool) => tool.name));
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}_${count}`;
  return free;
}
