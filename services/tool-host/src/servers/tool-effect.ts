import { isEffect, type Effect } from '../tools/tool.js';
import type { OfferedTool } from './server-connection.js';

/**
 * The effect class of a server's tool: what the operator says of it, or of all the rest ("*"), or what the server says
 * itself; without a word from anybody the careful one.
 */
export function effectOf(
  tool: Pick<OfferedTool, 'name' | 'effectHint'>,
  overrides: Readonly<Record<string, string>>,
): Effect {
  const given = overrides[tool.name] ?? overrides['*'];
  return isEffect(given) ? given : (tool.effectHint ?? 'irreversible');
}
