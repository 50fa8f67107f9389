import type { ToolNames } from '../../calls/tool-names.js';

/**
 * The wire name that a model means. It sometimes writes the namespace in which its own template declares functions
 * (`default_api.get_weather`, `default_api:get_weather`); `prefixed` says so.
 */
export function meantName(names: ToolNames, name: string): { wireName: string; prefixed: boolean } {
  if (names.toTool(name) !== undefined) return { wireName: name, prefixed: false };
  const bare = name.replace(/^default_api[.:]/, '');
  const prefixed = names.toTool(bare) !== undefined;
  return { wireName: prefixed ? bare : name, prefixed };
}
