import { SwitchyardError, type ToolDefinition } from '@switchyard/contracts';
import type { SaidOfTool } from '../settings/settings-of.js';
import { redefine } from '../tools/definition.js';
import { effectClass, type ToolLimits } from '../tools/tool.js';

/** Code of the reason why such a tool cannot be called. */
export const DISABLED_BY_SETTINGS = 'tool.disabled_by_settings';

/** A definition with what people say of the tool. */
export function withSettings(definition: ToolDefinition, said: SaidOfTool | undefined): ToolDefinition {
  if (!said) return definition;
  const { effect, timeoutMs, maxOutputBytes } = definition;
  const changed = redefine(definition, {
    effect: effectClass(said.effect ?? effect),
    timeoutMs: said.timeoutMs ?? timeoutMs,
    maxOutputBytes: said.maxOutputBytes ?? maxOutputBytes,
  });
  return { ...changed, tags: [...said.tags] };
}

/** The limits of what is said, where it has any. */
export function limitsOf(said: SaidOfTool | undefined): { limits?: ToolLimits } {
  const { concurrency = 0, callsPerMinute = 0, cacheSeconds = 0 } = said ?? {};
  return concurrency + callsPerMinute + cacheSeconds === 0
    ? {}
    : { limits: { concurrency, callsPerMinute, cacheSeconds } };
}

export function disabledBySettings(name: string): SwitchyardError {
  return new SwitchyardError(
    DISABLED_BY_SETTINGS,
    `its settings say so. \`switchyard tools set ${name} --enabled\` enables it again.`,
    { details: { name } },
  );
}
