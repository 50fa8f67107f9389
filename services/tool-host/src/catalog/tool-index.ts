import { RUN_TOOLS, SwitchyardError, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import { stillUnavailable, unavailable } from '../servers/server-failure.js';
import type { KnownBuiltin } from '../pools/builtin-tools.service.js';
import type { OfferedTool } from '../servers/server-connection.js';
import type { KnownServer, LiveServer } from '../servers/tool-server-pool.service.js';
import type { SaidOfTool } from '../settings/settings-of.js';
import { effectClass, type Tool, type ToolContext, type ToolOutput } from '../tools/tool.js';
import { disabledBySettings, limitsOf, withSettings } from './with-settings.js';

/** What people say of a tool of a toolset. */
export type Said = (name: string, toolset: string) => SaidOfTool | undefined;

/** A tool by its name, wherever it runs. */
export interface IndexedTool {
  definition: ToolDefinition;
  /** "files", "github": what "<toolset>.*" names. */
  toolset: string;
  /** `<toolset>.<tool>`, as the server itself calls the tool. */
  qualified: string;
  /** Why it cannot be called. */
  disabled?: SwitchyardError;
  /** There where it can be called from this host as it stands. */
  tool?: Tool;
  /** Where a live listing has to come from first. */
  connection?: LiveServer;
}

/** The toolset, and the source, of what a run does itself. */
const RUN = 'run';

/** All tools by the name that models use. Names are unique: of two, the second is disabled and says so. */
export class ToolIndex {
  readonly byName: ReadonlyMap<string, IndexedTool>;
  /** What lost its name to another tool. */
  readonly collisions: readonly IndexedTool[];
  readonly toolsets: ReadonlySet<string>;

  constructor(builtins: readonly KnownBuiltin[], servers: readonly KnownServer[], said: Said) {
    const byName = new Map<string, IndexedTool>();
    const collisions: IndexedTool[] = [];
    for (const entry of [
      ...RUN_TOOLS.map(ofRun),
      ...builtins.map((builtin) => ofBuiltin(builtin, said)),
      ...servers.flatMap((server) => ofServer(server, said)),
    ]) {
      const first = byName.get(entry.definition.name);
      if (!first) byName.set(entry.definition.name, entry);
      else collisions.push({ ...entry, disabled: collision(entry, first) });
    }
    this.byName = byName;
    this.collisions = collisions;
    this.toolsets = new Set([
      ...builtins.map(({ toolset }) => toolset),
      'builtin',
      RUN,
      ...servers.map(({ row }) => row.name),
    ]);
  }

  /** By the model's name or by `<server>.<tool>`. */
  find(name: string): IndexedTool | undefined {
    const found = this.byName.get(name);
    if (found || !name.includes('.')) return found;
    return [...this.byName.values(), ...this.collisions].find(({ qualified }) => qualified === name);
  }

  /** Every tool of "<toolset>.*" that can be called. */
  ofToolset(toolset: string): IndexedTool[] {
    const builtins = toolset === 'builtin';
    return [...this.byName.values()].filter(
      (entry) => !entry.disabled && (builtins ? entry.definition.source === 'builtin' : entry.toolset === toolset),
    );
  }
}

/** Listed, so that agents may name them; a run does them itself, and nobody can call them. */
function ofRun(definition: ToolDefinition): IndexedTool {
  return { definition, toolset: RUN, qualified: `${RUN}.${definition.name}` };
}

function ofBuiltin({ toolset, definition: own, tool }: KnownBuiltin, said: Said): IndexedTool {
  const { name } = own;
  const settings = said(name, toolset);
  const definition = withSettings(own, settings);
  return {
    definition,
    toolset,
    qualified: `${toolset}.${name}`,
    ...(settings?.disabled ? { disabled: disabledBySettings(name) } : {}),
    ...(tool ? { tool: settings ? underSettings(tool, definition, settings) : tool } : {}),
  };
}

function underSettings(tool: Tool, definition: ToolDefinition, settings: SaidOfTool): Tool {
  const run = (args: JsonObject, context: ToolContext): Promise<ToolOutput> => tool.run(args, context);
  return { ...waysOf(tool, settings), definition, ...limitsOf(settings), run };
}

/** How the tool is accounted for and stopped stays its own, unless people say what its effect is. */
function waysOf({ effectsOf, stopsWithinMs }: Tool, { effect }: SaidOfTool): Pick<Tool, 'effectsOf' | 'stopsWithinMs'> {
  return {
    ...(effectsOf && effect === undefined ? { effectsOf } : {}),
    ...(stopsWithinMs === undefined ? {} : { stopsWithinMs }),
  };
}

function ofServer({ row, connection, tools }: KnownServer, said: Said): IndexedTool[] {
  return tools.map((described) => {
    const { name } = described.definition;
    const settings = said(name, row.name);
    // A version that was accepted long ago may not say so.
    const definition = { ...withSettings(described.definition, settings), untrusted: true };
    const disabled = described.disabled ?? (settings?.disabled ? disabledBySettings(name) : undefined);
    return {
      definition,
      toolset: row.name,
      qualified: `${row.name}.${described.tool?.name ?? name.slice(row.name.length + 1)}`,
      ...(disabled ? { disabled } : {}),
      ...(connection ? { connection } : {}),
      ...(described.tool ? { tool: callable(described.tool, definition, settings) } : {}),
    };
  });
}

function callable(tool: OfferedTool, definition: ToolDefinition, settings: SaidOfTool | undefined): Tool {
  const repeatable = effectClass(definition.effect) !== 'irreversible';
  const run = (
    args: JsonObject,
    { tenant, callId, signal, timeoutMs, alive, input }: ToolContext,
  ): Promise<ToolOutput> =>
    tool.call(args, {
      tenant,
      callId,
      signal,
      timeoutMs,
      repeatable,
      ...(alive ? { alive } : {}),
      ...(input ? { input } : {}),
    });
  const { longestMs } = tool;
  return { definition, ...limitsOf(settings), ...(longestMs === undefined ? {} : { longestMs }), run };
}

function collision(second: IndexedTool, first: IndexedTool): SwitchyardError {
  return new SwitchyardError(
    'tool.name_collision',
    `${second.qualified} and ${first.qualified} would both be called "${first.definition.name}"; the second is disabled. Apply its server under another name.`,
    { details: { name: first.definition.name, tools: [first.qualified, second.qualified] } },
  );
}

/** Of a tool that is known by name and cannot be called from here now. */
export function whyUnavailable(entry: IndexedTool): SwitchyardError {
  if (entry.disabled) {
    return new SwitchyardError(
      'tool.disabled',
      `The tool "${entry.definition.name}" is disabled: ${entry.disabled.message}`,
      {
        details: { name: entry.definition.name, reason: entry.disabled.code },
      },
    );
  }
  if (entry.definition.source === RUN) {
    const { name } = entry.definition;
    return new SwitchyardError(
      'tool.of_run',
      `"${name}" is done by a run itself, and there is no run here that could. Name it under \`tools\` of an agent.`,
      { details: { name } },
    );
  }
  if (entry.connection) return stillUnavailable(entry.toolset, entry.connection.lastError, 'it is not connected');
  return unavailable(entry.toolset, `it belongs to the pool "${entry.definition.pool}", not to this one`);
}
