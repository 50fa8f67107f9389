import type { AgentDefinition, ToolDefinition, ToolSearch as ToolSearchRule } from '@switchyard/contracts';
import type { RunState } from '@switchyard/journal';
import type { ToolSearch } from '@switchyard/models';
import { FIND_TOOLS, FIND_TOOLS_DEFINITION } from '../waits/find-tools.js';
import { READ_RESULT, READ_RESULT_DEFINITION } from '../waits/read-result.js';

/** Tools from which on an agent that says nothing gets only those that suit: about what 8,000 tokens of schemas hold. */
const SEARCHED_FROM = 40;
/** Of those that suit the task's text: in nearly every task one of them is what is meant (docs/performance.md). */
const SHOWN_AT_FIRST = 10;
/** Characters of the task's text that are searched for. */
const MAX_QUERY = 4_000;

/** An agent's tools at one turn of a run. */
export interface ShownTools {
  /** What the model is shown, the latest found last, so that what stands before them stays as it was. */
  shown: readonly ToolDefinition[];
  /** The agent's other tools. The model may call them all the same. */
  unshown: readonly ToolDefinition[];
}

/** Whether a model is given only some of these tools. */
export function isSearched(tools: readonly ToolDefinition[], rule: ToolSearchRule | undefined): boolean {
  if (rule?.mode === 'off' || tools.length < (rule?.from || SEARCHED_FROM)) return false;
  // An agent's own tool of that name is what the model means by it.
  return !tools.some(({ name }) => name === FIND_TOOLS);
}

/**
 * What a model is shown at the next turn: what its agent says is always there, what the run does itself, what suits the task's
 * text, what was found in this run, and `find_tools`; and `read_result` once a result was given in part. The same state and tools give the same: a run that is read again, or forked,
 * is shown what it was shown. Pure.
 *
 * @param search over these tools; asked for only where they are searched
 */
export function shownTools(
  state: Pick<RunState, 'input' | 'foundTools' | 'keptResults'>,
  definition: Pick<AgentDefinition, 'toolSearch'> | undefined,
  tools: readonly ToolDefinition[],
  search: () => ToolSearch,
): ShownTools {
  const reading = readsOn(state, tools) ? [READ_RESULT_DEFINITION] : [];
  const rule = definition?.toolSearch;
  if (!isSearched(tools, rule)) return { shown: reading.length > 0 ? [...tools, ...reading] : tools, unshown: [] };
  const query = typeof state.input === 'string' ? state.input : JSON.stringify(state.input);
  const suiting = search().find(query.slice(0, MAX_QUERY), rule?.initial || SHOWN_AT_FIRST);
  const atFirst = new Set(suiting.map(({ name }) => name));
  const always = alwaysShown(rule?.always ?? []);
  const found = new Set(state.foundTools);
  const first = tools.filter((tool) => atFirst.has(tool.name) || tool.source === 'run' || always(tool));
  const known = new Set(first);
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  const later = [...found].flatMap((name) => {
    const tool = byName.get(name);
    return tool && !known.has(tool) ? [tool] : [];
  });
  for (const tool of later) known.add(tool);
  return {
    shown: [...first, FIND_TOOLS_DEFINITION, ...later, ...reading],
    unshown: tools.filter((tool) => !known.has(tool)),
  };
}

/** Whether the run was given a preview of a result. A tool of the agent's own with that name is what the model means by it. */
function readsOn({ keptResults }: Pick<RunState, 'keptResults'>, tools: readonly ToolDefinition[]): boolean {
  return keptResults.length > 0 && !tools.some(({ name }) => name === READ_RESULT);
}

/** By name, or "<toolset>.*": of a server by its name, "builtin" for all that are built in. */
function alwaysShown(patterns: readonly string[]): (tool: ToolDefinition) => boolean {
  const names = new Set(patterns);
  const toolsets = patterns.filter((pattern) => pattern.endsWith('.*')).map((pattern) => pattern.slice(0, -2));
  return ({ name, source }) =>
    names.has(name) || toolsets.some((toolset) => source === toolset || source.endsWith(`:${toolset}`));
}
