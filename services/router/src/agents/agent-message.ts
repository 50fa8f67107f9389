import {
  AgentDefinitionSchema,
  AgentVersionSchema,
  create,
  fromStore,
  timestampFromDate,
  type AgentVersion,
} from '@switchyard/contracts';
import { shorten } from '../shared/shorten.js';
import type { AgentVersionRow } from './agents.repository.js';

/** Characters of instructions and of a description that a list shows. */
export const LISTED_CHARACTERS = 500;

/** A version as the API shows it. */
export function agentMessage({
  tenant,
  version,
  number,
  definition,
  created_at,
  is_current,
}: AgentVersionRow): AgentVersion {
  return create(AgentVersionSchema, {
    ...{ version, tenant, number, createdAt: timestampFromDate(created_at), current: is_current },
    definition: fromStore(AgentDefinitionSchema, definition),
  });
}

/** The same as lists show it. */
export function listedAgent(row: AgentVersionRow): AgentVersion {
  const message = agentMessage(row);
  const { definition } = message;
  if (!definition) return message;
  const { instructions, description } = definition;
  definition.instructions = shorten(instructions, LISTED_CHARACTERS);
  definition.description = shorten(description, LISTED_CHARACTERS);
  message.shortened = definition.instructions !== instructions || definition.description !== description;
  return message;
}
