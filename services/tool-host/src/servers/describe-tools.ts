import { SwitchyardError, type JsonObject, type ToolDefinition, type ToolServer } from '@switchyard/contracts';
import { unusableSchema } from '@switchyard/models';
import type { ArgumentValidator } from '../tools/argument-validator.js';
import { defineTool } from '../tools/definition.js';
import { cutUtf8 } from '../tools/output-limit.js';
import type { OfferedTool } from './server-connection.js';
import { effectOf } from './tool-effect.js';
import { modelToolName } from './tool-name.js';

export const DEFAULT_TIMEOUT_MS = 60_000;
/** About 25,000 tokens: more of one result would crowd out the conversation. A server's definition may say otherwise. */
const MAX_OUTPUT_BYTES = 100_000;
/** A description is read by models at every turn, and is not ours. */
const MAX_DESCRIPTION_BYTES = 8_192;
/** Characters of JSON of a result schema. */
const MAX_RESULT_SCHEMA = 65_536;
/** Of one server, that are told: a thousand may have the same reason. */
const MAX_FAULTS = 10;

export interface DescribedTool {
  /** As the server listed it; absent where only an earlier listing is known. */
  tool?: OfferedTool;
  definition: ToolDefinition;
  /** Why it cannot be called; the server's other tools can. */
  disabled?: SwitchyardError;
}

export interface DescribeOptions {
  pool: string;
  /** Of the server's kind. */
  source: string;
  validator: ArgumentValidator;
}

/** A server's tools as definitions, sorted by name. One whose schema cannot be used is disabled, with the reason. */
export function describeTools(
  server: ToolServer,
  tools: readonly OfferedTool[],
  { pool, source, validator }: DescribeOptions,
): DescribedTool[] {
  return tools
    .map((tool) => describe(server, tool, { pool, source, validator }))
    .sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
}

function describe(server: ToolServer, tool: OfferedTool, { pool, source, validator }: DescribeOptions): DescribedTool {
  const effect = effectOf(tool, server.effects);
  const definition = defineTool({
    name: modelToolName(server.name, tool.name),
    description: cutUtf8(tool.description, MAX_DESCRIPTION_BYTES),
    parameters: tool.inputSchema,
    pool,
    effect,
    timeoutMs: server.timeoutMs || DEFAULT_TIMEOUT_MS,
    maxOutputBytes: server.maxOutputBytes || MAX_OUTPUT_BYTES,
    source: `${source}:${server.name}`,
    ...usableResultSchema(tool),
    askFirst: tool.askFirst === 'irreversible' ? effect === 'irreversible' : tool.askFirst === true,
  });
  if (tool.unusable) return { tool, definition, disabled: tool.unusable };
  try {
    if (!tool.schemaChecked) validator.prepare(definition);
    return { tool, definition };
  } catch (error) {
    if (error instanceof SwitchyardError) return { tool, definition, disabled: error };
    throw error;
  }
}

/** A promise that nobody can check is none. */
function usableResultSchema({ outputSchema }: OfferedTool): { resultSchema?: JsonObject } {
  if (!outputSchema || JSON.stringify(outputSchema).length > MAX_RESULT_SCHEMA) return {};
  return unusableSchema(outputSchema) === undefined ? { resultSchema: outputSchema } : {};
}

/** What is wrong with a server's tools although the server answers: which are disabled, and why. */
export function faultsOf(
  tools: readonly Pick<DescribedTool, 'definition' | 'disabled'>[],
): SwitchyardError | undefined {
  const faults = tools.filter(({ disabled }) => disabled);
  if (faults.length === 0) return undefined;
  const reasons = faults.slice(0, MAX_FAULTS).map(({ disabled }) => disabled?.message ?? '');
  if (faults.length > MAX_FAULTS) reasons.push(`And ${faults.length - MAX_FAULTS} more.`);
  return new SwitchyardError('tool.disabled', `${faults.length} of its tools cannot be used. ${reasons.join(' ')}`, {
    details: { tools: faults.slice(0, MAX_FAULTS).map(({ definition }) => definition.name) },
  });
}

export interface ToolChange {
  tool: string;
  /** `held`: the server offers something else, and agents do not get it. */
  change: 'added' | 'changed' | 'held' | 'removed';
}

/** What changed between two listings, for the log: a tool that changes under an agent is worth knowing. */
export function changesOf(before: readonly ToolDefinition[], after: readonly ToolDefinition[]): ToolChange[] {
  const old = new Map(before.map((tool) => [tool.name, tool]));
  const now = new Set(after.map(({ name }) => name));
  const changed = after.flatMap((tool): ToolChange[] => {
    const change = changeOf(old.get(tool.name), tool);
    return change ? [{ tool: tool.name, change }] : [];
  });
  const removed = [...old.keys()].filter((tool) => !now.has(tool));
  return [...changed, ...removed.map((tool): ToolChange => ({ tool, change: 'removed' }))];
}

function changeOf(before: ToolDefinition | undefined, after: ToolDefinition): ToolChange['change'] | undefined {
  if (!before) return 'added';
  if (before.fingerprint !== after.fingerprint) return 'changed';
  return after.pendingVersion !== 0 && after.pendingVersion !== before.pendingVersion ? 'held' : undefined;
}
