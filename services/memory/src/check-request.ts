import {
  create,
  ProvenanceSchema,
  ScopeSchema,
  SwitchyardError,
  type Provenance,
  type Scope,
} from '@switchyard/contracts';

/** Longest name of an agent, user, thread, run, call or actor. */
const MAX_NAME = 512;
/** The journal's seq is a 32-bit number; Postgres' integer holds the positive half. */
const MAX_SEQ = 2_147_483_647;

/** The scope, with parts that can be stored and compared. @throws SwitchyardError `contract.invalid` */
export function checkScope(scope: Scope | undefined, message: string): Scope {
  const checked = scope ?? create(ScopeSchema);
  const { tenant, agent, user, thread } = checked;
  checkParts({ tenant, agent, user, thread }, message, 'scope');
  return checked;
}

/** Where a statement came from, in a form that can be stored. @throws SwitchyardError `contract.invalid` */
export function checkProvenance(provenance: Provenance | undefined, message: string): Provenance {
  const checked = provenance ?? create(ProvenanceSchema);
  const { source, runId, callId, actor, seq } = checked;
  checkParts({ source, run_id: runId, call_id: callId, actor }, message, 'provenance');
  if (seq > MAX_SEQ) throw invalidField(message, 'provenance.seq', `is more than ${MAX_SEQ}`);
  return checked;
}

export function checkName(value: string, message: string, field: string): string {
  if (value.length > MAX_NAME) throw invalidField(message, field, `is longer than ${MAX_NAME} characters`);
  if (value.includes('\u0000')) throw invalidField(message, field, 'has a NUL character');
  return value;
}

/** Names of which each is one that there is. @throws SwitchyardError `contract.invalid` */
export function checkNames(
  given: readonly string[],
  allowed: readonly string[],
  message: string,
  field: string,
): string[] {
  const unknown = given.find((name) => !allowed.includes(name));
  if (unknown !== undefined)
    throw invalidField(message, field, `has "${unknown.slice(0, 64)}"; it may have ${allowed.join(', ')}`);
  return [...given];
}

export function invalidField(message: string, field: string, what: string): SwitchyardError {
  return new SwitchyardError('contract.invalid', `${message}.${field} ${what}.`, { details: { message, field } });
}

function checkParts(names: Readonly<Record<string, string>>, message: string, path: string): void {
  for (const [name, value] of Object.entries(names)) checkName(value, message, `${path}.${name}`);
}
