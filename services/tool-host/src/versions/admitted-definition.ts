import type { ToolDefinition } from '@switchyard/contracts';
import { redefine } from '../tools/definition.js';
import { moreCareful } from '../tools/tool.js';
import type { AdmittedTool } from './tool-versions.repository.js';

/**
 * What agents get of a tool: name, description and schema as they were accepted; where it runs and its limits as they are now.
 * Of two effect classes the more careful one holds: a server that says by now that a tool touches the world is believed.
 */
export function admittedDefinition(offered: ToolDefinition, admitted: AdmittedTool | undefined): ToolDefinition {
  if (!admitted) return offered;
  const { accepted, offered: pending } = admitted;
  if (accepted.number === pending) return { ...offered, version: accepted.number };
  const { description, parameters = {}, effect } = accepted.definition;
  const held = redefine(offered, {
    description,
    parameters,
    effect: moreCareful(effect, offered.effect),
    // Either is the careful word.
    askFirst: accepted.definition.askFirst || offered.askFirst,
  });
  return { ...held, version: accepted.number, pendingVersion: pending };
}
