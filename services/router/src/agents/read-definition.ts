import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  AgentDefinitionSchema,
  fromStore,
  SwitchyardError,
  toWire,
  type AgentDefinition,
  type JsonObject,
  type JsonValue,
  contentAddress,
} from '@switchyard/contracts';
import { Condition } from '@switchyard/policies';
import { projectSchema } from '@switchyard/models';
import { listProblems, readProblems, type Problem } from '../shared/schema-problems.js';
import { unstorable } from '../shared/unstorable.js';
import { agentDefinitionSchema } from './agent-definition-schema.js';

/** A definition that holds, in its one normal form, and its content address. */
export interface ReadDefinition {
  definition: AgentDefinition;
  /** proto3 JSON: defaults are left out, so that writing a default does not make another version. */
  json: JsonObject;
  version: string;
}

const validate = new Ajv2020({ allErrors: true, verbose: true, strict: true }).compile(agentDefinitionSchema);

/**
 * Reads an agent's definition as its user wrote it.
 *
 * @throws SwitchyardError `agent.invalid` with every path and reason (also in `details.problems`). Terminal.
 */
export function readDefinition(written: JsonValue): ReadDefinition {
  const problems = validate(written)
    ? [
        ...unstorable(written),
        ...resultProblems(written),
        ...alwaysProblems(written),
        ...approvalProblems(written),
        ...memoryProblems(written),
        ...routingProblems(written),
      ]
    : readProblems(validate.errors ?? []);
  if (problems.length > 0) {
    throw new SwitchyardError(
      'agent.invalid',
      `${nameOf(written)} is not valid: ${listProblems(problems)} Correct this and apply it again.`,
      {
        details: { problems: problems.map(({ path, reason }) => ({ path, reason })) },
      },
    );
  }
  const definition = fromStore(AgentDefinitionSchema, written);
  const json = toWire(AgentDefinitionSchema, definition);
  return { definition, json, version: contentAddress(json) };
}

/** What no backend could be asked for is said when the agent is applied, and not when it runs. */
function resultProblems(written: JsonValue): Problem[] {
  const schema = isObject(written) ? written['result_schema'] : undefined;
  if (schema === undefined) return [];
  const projection = projectSchema(schema, 'json-schema');
  return projection.ok ? [] : [{ path: `result_schema${projection.path}`, reason: projection.reason }];
}

/** What is always shown has to be the agent's: to name it there gives no tool. Which tools a toolset has is known later. */
function alwaysProblems(written: JsonValue): Problem[] {
  const definition = isObject(written) ? written : {};
  const rule = definition['tool_search'] ?? null;
  const tools = new Set(listOf(definition['tools']));
  if (!isObject(rule) || [...tools].some((tool) => String(tool).endsWith('.*'))) return [];
  return listOf(rule['always']).flatMap((name, index) =>
    tools.has(name)
      ? []
      : [{ path: `tool_search.always[${index}]`, reason: `"${String(name)}" is not among the agent's tools` }],
  );
}

/** What one user says is not for others: an agent that remembers for neither users nor threads would never remember any. */
function memoryProblems(written: JsonValue): Problem[] {
  const memory = isObject(written) ? (written['memory'] ?? null) : null;
  if (!isObject(memory) || memory['remember'] === undefined || memory['scopes'] === undefined) return [];
  const scopes = listOf(memory['scopes']);
  if (scopes.includes('user') || scopes.includes('thread')) return [];
  return [
    { path: 'memory.scopes', reason: 'has neither "user" nor "thread", for whom alone conversations are remembered' },
  ];
}

/** A policy without what it needs would be found out by the first task. */
function routingProblems(written: JsonValue): Problem[] {
  const model = isObject(written) ? (written['model'] ?? null) : null;
  const routing = isObject(model) ? (model['routing'] ?? null) : null;
  if (!isObject(model) || !isObject(routing)) return [];
  const { policy, weights } = routing;
  if (policy === 'pin' && !model['backend'])
    return [{ path: 'model.routing.policy', reason: '"pin" needs the backend in model.backend' }];
  if (policy !== 'weights')
    return weights === undefined
      ? []
      : [{ path: 'model.routing.weights', reason: 'they belong to the policy "weights"' }];
  const given = weights !== undefined && isObject(weights) ? Object.values(weights) : [];
  return given.some((value) => typeof value === 'number' && value > 0)
    ? []
    : [{ path: 'model.routing.weights', reason: 'the policy "weights" needs quality, cost or latency above 0' }];
}

/** What says nothing, and conditions that can never be decided, are found when the agent is applied. */
function approvalProblems(written: JsonValue): Problem[] {
  const approvals = isObject(written) ? (written['approvals'] ?? null) : null;
  if (!isObject(approvals)) return [];
  if (approvals['tools'] === undefined && approvals['rules'] === undefined)
    return [{ path: 'approvals', reason: 'it has neither "tools" nor "rules"' }];
  return listOf(approvals['rules']).flatMap((rule, index) => {
    const when = isObject(rule) ? rule['when'] : undefined;
    if (typeof when !== 'string' || when === '') return [];
    try {
      Condition.parse(when);
      return [];
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error;
      return [{ path: `approvals.rules[${index}].when`, reason: error.message }];
    }
  });
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function nameOf(written: JsonValue): string {
  const name = isObject(written) ? written['name'] : undefined;
  return typeof name === 'string' && name !== '' ? `The agent "${name.slice(0, 128)}"` : 'The agent definition';
}
