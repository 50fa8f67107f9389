import { RUN_TOOLS, SwitchyardError, type JsonObject, type ToolDefinition } from '@switchyard/contracts';
import type { ServerConnection } from '../servers/server-connection.js';
import { stillUnavailable, unavailable } from '../servers/server-failure.js';
import type { DescribedTool } from '../servers/describe-tools.js';
import type { KnownServer } from '../servers/tool-server-pool.service.js';
import type { Tool, ToolContext, ToolOutput } from '../tools/tool.js';

export interface BuiltinEntry {
  toolset: string;
  tool: Tool;
}

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
  connection?: ServerConnection;
}

/** The toolset, and the source, of what a run does itself. */
const RUN = 'run';

/** All tools by the name that models use. Names are unique: of two, the second is disabled and says so. */
export class ToolIndex {
  readonly byName: ReadonlyMap<string, IndexedTool>;
  /** What lost its name to another tool. */
  readonly collisions: readonly IndexedTool[];
  readonly toolsets: ReadonlySet<string>;

  constructor(builtins: readonly BuiltinEntry[], servers: readonly KnownServer[]) {
    const byName = new Map<string, IndexedTool>();
    const collisions: IndexedTool[] = [];
    for (const entry of [...RUN_TOOLS.map(ofRun), ...builtins.map(ofBuiltin), ...servers.flatMap(ofServer)]) {
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

function ofBuiltin({ toolset, tool }: BuiltinEntry): IndexedTool {
  return { definition: tool.definition, toolset, qualified: `${toolset}.${tool.definition.name}`, tool };
}

function ofServer({ row, connection, tools }: KnownServer): IndexedTool[] {
  return tools.map((described) => ({
    definition: described.definition,
    toolset: row.name,
    qualified: `${row.name}.${described.tool?.name ?? described.definition.name.slice(row.name.length + 1)}`,
    ...(described.disabled ? { disabled: described.disabled } : {}),
    ...(connection ? { connection } : {}),
    ...callable(described),
  }));
}

function callable({ tool, definition }: DescribedTool): { tool?: Tool } {
  if (!tool) return {};
  const repeatable = definition.effect === 'pure' || definition.effect === 'idempotent';
  const run = (args: JsonObject, { callId, signal, timeoutMs }: ToolContext): Promise<ToolOutput> =>
    tool.call(args, { callId, signal, timeoutMs, repeatable });
  return { tool: { definition, run } };
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
