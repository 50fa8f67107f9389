import type { ToolNames } from '../calls/tool-names.js';
import type { ToolChoice, ToolDefinition } from '../model-request.js';
import type { Profile } from '../profile/profile.js';

/** A tool choice as an endpoint takes it. */
export interface AdaptedChoice {
  choice: ToolChoice | undefined;
  tools: readonly ToolDefinition[];
  /** What of it has to be said in words. */
  instructions: string[];
}

/**
 * Says a tool choice in what the endpoint has: `none` by offering nothing, a certain tool by offering no other, and a demand in words where
 * it cannot be made.
 */
export function adaptChoice(
  choice: ToolChoice | undefined,
  tools: readonly ToolDefinition[],
  { tools: { choices } }: Profile,
  names: ToolNames,
): AdaptedChoice {
  const takes = (kind: (typeof choices)[number]): boolean => choices.includes(kind);
  const asIs: AdaptedChoice = { choice, tools, instructions: [] };
  if (choice === undefined || choice === 'auto' || tools.length === 0) return asIs;
  if (choice === 'none') return takes('none') ? asIs : { choice: undefined, tools: [], instructions: [] };
  if (choice === 'required') {
    if (takes('required')) return asIs;
    return { choice: undefined, tools, instructions: ['Answer by calling one of the tools, not with text.'] };
  }
  if (takes('named')) return asIs;
  const named = tools.filter((tool) => tool.name === choice.name);
  const only = named.length === 0 ? tools : named;
  if (takes('required')) return { choice: 'required', tools: only, instructions: [] };
  const sentence = `Answer by calling the tool \`${names.toWire(choice.name)}\`, not with text.`;
  return { choice: undefined, tools: only, instructions: [sentence] };
}
