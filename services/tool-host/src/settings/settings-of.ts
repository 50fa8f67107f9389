import type { ToolSettings } from '@switchyard/contracts';

/** What is said of one tool, taken together. Absent: nobody says anything of it. */
export interface SaidOfTool {
  effect?: string;
  timeoutMs?: number;
  maxOutputBytes?: number;
  tags: readonly string[];
  disabled: boolean;
  concurrency?: number;
  callsPerMinute?: number;
  cacheSeconds?: number;
}

/**
 * Takes together what is said of a tool: by its name, of its toolset, of all. Each field is the closest one's that has it;
 * tags add up. Undefined where nothing fits.
 *
 * @param name as models call it
 */
export function settingsOf(all: readonly ToolSettings[], name: string, toolset: string): SaidOfTool | undefined {
  const fitting = [name, `${toolset}.*`, '*'].flatMap((tool) => all.find((settings) => settings.tool === tool) ?? []);
  if (fitting.length === 0) return undefined;
  const first = <Value>(value: (settings: ToolSettings) => Value | undefined): Value | undefined => {
    const found = fitting.find((settings) => value(settings));
    return found && value(found);
  };
  const effect = first((settings) => settings.effect);
  const timeoutMs = first((settings) => settings.timeoutMs);
  const maxOutputBytes = first((settings) => settings.maxOutputBytes);
  const concurrency = first((settings) => settings.concurrency);
  const callsPerMinute = first((settings) => settings.callsPerMinute);
  const cacheSeconds = first((settings) => settings.cacheSeconds);
  return {
    ...(effect ? { effect } : {}),
    ...(timeoutMs ? { timeoutMs } : {}),
    ...(maxOutputBytes ? { maxOutputBytes } : {}),
    ...(concurrency ? { concurrency } : {}),
    ...(callsPerMinute ? { callsPerMinute } : {}),
    ...(cacheSeconds ? { cacheSeconds } : {}),
    tags: [...new Set(fitting.flatMap(({ tags }) => tags))].sort(),
    disabled: fitting.find(({ disabled }) => disabled !== undefined)?.disabled ?? false,
  };
}
