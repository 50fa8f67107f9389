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
import { listProblems, readProblems } from '../shared/schema-problems.js';
import { unstorable } from '../shared/unstorable.js';
import { agentDefinitionSchema, CONCURRENCY_POLICIES } from './agent-definition-schema.js';

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
 * @throws SwitchyardError `agent.invalid` with every path and reason (also in `details.problems`), or
 *   `agent.unsupported_policy`. Both terminal.
 */
export function readDefinition(written: JsonValue): ReadDefinition {
  const problems = validate(written) ? unstorable(written) : readProblems(validate.errors ?? []);
  if (problems.length > 0) {
    throw new SwitchyardError(
      'agent.invalid',
      `${nameOf(written)} is not valid: ${listProblems(problems)}. Correct this and apply it again.`,
      {
        details: { problems: problems.map(({ path, reason }) => ({ path, reason })) },
      },
    );
  }
  const definition = fromStore(AgentDefinitionSchema, written);
  checkPolicy(definition);
  const json = toWire(AgentDefinitionSchema, definition);
  return { definition, json, version: contentAddress(json) };
}

function checkPolicy(definition: AgentDefinition): void {
  const available: readonly string[] = CONCURRENCY_POLICIES;
  if (definition.concurrency === '' || available.includes(definition.concurrency)) return;
  throw new SwitchyardError(
    'agent.unsupported_policy',
    `The agent "${definition.name}" asks for concurrency "${definition.concurrency}", which this version does not offer. ` +
      `Available: ${available.join(', ')} ("${available[0]}" where nothing is said).`,
    { details: { path: 'concurrency', available: [...available] } },
  );
}

function nameOf(written: JsonValue): string {
  const name = typeof written === 'object' && written !== null && !Array.isArray(written) ? written['name'] : undefined;
  return typeof name === 'string' && name !== '' ? `The agent "${name.slice(0, 128)}"` : 'The agent definition';
}
