import { didYouMean, SwitchyardError } from '@switchyard/contracts';
import type { BuiltinTool } from './builtin-tool.js';

/** Chooses no tool at all. */
const NONE = 'none';

/**
 * Those of the tools that an operator wants a host to offer.
 *
 * @param names names, "<toolset>.*", or "none" alone; all tools where empty
 * @throws SwitchyardError `tool_host.unknown_builtin`
 */
export function chosenTools(tools: readonly BuiltinTool[], names: readonly string[]): BuiltinTool[] {
  if (names.length === 0) return [...tools];
  if (names.length === 1 && names[0] === NONE) return [];
  const isMeant = ({ name, toolset }: BuiltinTool, wanted: string): boolean =>
    wanted === name || wanted === `${toolset}.*`;
  for (const wanted of names) {
    if (tools.some((tool) => isMeant(tool, wanted))) continue;
    const known = tools.flatMap(({ name, toolset }) => [name, `${toolset}.*`]);
    throw new SwitchyardError(
      'tool_host.unknown_builtin',
      `SWITCHYARD_BUILTIN_TOOLS names "${wanted.slice(0, 64)}", and this host has no such tool.${didYouMean(wanted, known)} ` +
        'Some are there only where another variable asks for them; "none" offers none.',
      { details: { name: wanted.slice(0, 64) } },
    );
  }
  return tools.filter((tool) => names.some((wanted) => isMeant(tool, wanted)));
}
