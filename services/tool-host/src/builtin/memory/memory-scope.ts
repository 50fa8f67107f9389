import {
  MEMORY_SCOPES,
  mayUseScope,
  scopeNameOf,
  SwitchyardError,
  type JsonObject,
  type Memory,
  type MemoryPolicy,
  type MemoryScopeName,
} from '@switchyard/contracts';
import type { ToolContext } from '../../tools/tool.js';

/** Whose call it is. */
export type Whose = Pick<ToolContext, 'tenant' | 'agent' | 'user' | 'thread'>;

/** For a tool's arguments. */
export const SCOPE_ARGUMENT = { type: 'string', enum: [...MEMORY_SCOPES] };

/**
 * For whom a search looks: what the model names, else all that the agent may recall. Empty: for whomever the run may see.
 *
 * @throws SwitchyardError `memory.scope_refused` where the agent may not recall what it names
 */
export function searchedScopes(policy: MemoryPolicy | undefined, args: JsonObject, whose: Whose): MemoryScopeName[] {
  const named = scopeIn(args);
  if (named === undefined) return MEMORY_SCOPES.filter((name) => policy?.scopes.includes(name));
  if (!mayUseScope(policy, named)) throw notListed(named, policy, whose, 'recall');
  return [named];
}

/**
 * Where something is saved: for whom the model names, else for the user, for the thread where the agent may not save for
 * users, and so on to what is wider. What others would see too is saved only where the agent's definition lists it, or
 * the run has no user.
 *
 * @throws SwitchyardError `memory.scope_refused` where there is none that the agent may save to
 */
export function savedScope(policy: MemoryPolicy | undefined, args: JsonObject, whose: Whose): Whose {
  const named = scopeIn(args);
  const name = named ?? usual(policy, whose).find((each) => mayUseScope(policy, each) && has(whose, each));
  if (name === undefined) throw nothingLeft(policy, whose);
  if (!maySave(policy, name, whose)) throw notListed(name, policy, whose, 'save');
  if (!has(whose, name)) throw withoutPart(name);
  return partsFor(name, whose);
}

/** Visible is what is bound to nobody else, every part of its scope that is set being the run's own, for whom the agent may recall. */
export function isVisible(
  { scope }: Memory,
  policy: MemoryPolicy | undefined,
  { agent, user, thread }: Whose,
): boolean {
  const { agent: ofAgent = '', user: ofUser = '', thread: ofThread = '' } = scope ?? {};
  const own = ['', agent].includes(ofAgent) && ['', user].includes(ofUser) && ['', thread].includes(ofThread);
  return own && mayUseScope(policy, scopeNameOf({ agent: ofAgent, user: ofUser, thread: ofThread }));
}

function scopeIn(args: JsonObject): MemoryScopeName | undefined {
  return MEMORY_SCOPES.find((name) => name === args['scope']);
}

/** In the order in which they are tried. A thread comes after its user: what is remembered is for other threads too. */
function usual(policy: MemoryPolicy | undefined, { user }: Whose): readonly MemoryScopeName[] {
  if (!policy || policy.scopes.length === 0) return user === '' ? ['agent'] : ['user'];
  return user === '' ? ['agent', 'thread', 'tenant'] : ['user', 'thread', 'agent', 'tenant'];
}

function maySave(policy: MemoryPolicy | undefined, name: MemoryScopeName, { user }: Whose): boolean {
  if (policy && policy.scopes.length > 0) return mayUseScope(policy, name);
  return name === 'thread' || name === (user === '' ? 'agent' : 'user');
}

/** Whether the run has whom it is for. */
function has({ user, thread }: Whose, name: MemoryScopeName): boolean {
  return name === 'user' ? user !== '' : name === 'thread' ? thread !== '' : true;
}

/** What is for a user or a thread is the agent's own there, and goes when the user is erased. */
function partsFor(name: MemoryScopeName, { tenant, agent, user, thread }: Whose): Whose {
  return {
    tenant,
    agent: name === 'tenant' ? '' : agent,
    user: name === 'user' || name === 'thread' ? user : '',
    thread: name === 'thread' ? thread : '',
  };
}

function notListed(
  name: MemoryScopeName,
  policy: MemoryPolicy | undefined,
  { agent }: Whose,
  what: 'recall' | 'save',
): SwitchyardError {
  const listed = policy?.scopes ?? [];
  const says =
    listed.length === 0 ? 'its definition lists no memory.scopes' : `its memory.scopes are ${listed.join(', ')}`;
  const others = listed.length === 0 ? '' : `, or name one of ${listed.join(', ')}`;
  return refused(
    `Agent "${agent}" may not ${what} what is for the scope "${name}": ${says}. Leave "scope" out${others}; to allow it, add "${name}" to memory.scopes and apply the agent again.`,
    name,
  );
}

function withoutPart(name: MemoryScopeName): SwitchyardError {
  return refused(
    `Nothing can be saved for the scope "${name}" here: this run has no ${name}. Leave "scope" out, or give the run a ${name}.`,
    name,
  );
}

function nothingLeft(policy: MemoryPolicy | undefined, { agent }: Whose): SwitchyardError {
  const listed = (policy?.scopes ?? []).join(', ');
  return refused(
    `Agent "${agent}" may not save here: its memory.scopes are ${listed}, and this run has none of these. Give the run a user or a thread, or add another scope to memory.scopes and apply the agent again.`,
    listed,
  );
}

function refused(message: string, scope: string): SwitchyardError {
  return new SwitchyardError('memory.scope_refused', message, { details: { scope } });
}
