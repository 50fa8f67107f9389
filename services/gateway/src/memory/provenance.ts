import { create, ProvenanceSchema, SwitchyardError, type Provenance } from '@switchyard/contracts';
import { actorOf, type Identity } from '../auth/scopes.js';

/**
 * Of what comes over HTTP: the caller's, whatever the body says; but that it may say `agent` for an assistant that acts
 * with the caller's key, which is believed less.
 *
 * @throws SwitchyardError `contract.invalid` where the body names a run: what a run said, it says over the bus; over HTTP
 *   anyone could put words into its mouth
 */
export function provenanceOf(identity: Identity, message: string, said: Provenance | undefined): Provenance {
  if (said) refuseRun(message, said);
  return create(ProvenanceSchema, {
    source: said?.source === 'agent' ? 'agent' : 'user',
    actor: actorOf(identity),
  });
}

function refuseRun(message: string, { runId, callId, seq }: Provenance): void {
  const given = Object.entries({ run_id: runId, call_id: callId, seq }).find(([, value]) => Boolean(value));
  if (!given) return;
  throw new SwitchyardError(
    'contract.invalid',
    `${message}.provenance.${given[0]} cannot be said over HTTP: only a run names itself as a source. Leave it out.`,
    { details: { field: `provenance.${given[0]}` } },
  );
}
