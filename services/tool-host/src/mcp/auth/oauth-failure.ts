import { SwitchyardError } from '@switchyard/contracts';
import { messageOf } from '../../shared/error-text.js';

const MAX_SHOWN = 300;

/** Nobody has logged in to the server, or what was granted is not enough or not valid any more. */
export function loginRequired(server: string, scope?: string): SwitchyardError {
  const wanted = scope === undefined ? '' : ` It asks for the permissions "${scope.slice(0, MAX_SHOWN)}".`;
  return new SwitchyardError(
    'tool_server.login_required',
    `The tool server "${server}" wants somebody to log in.${wanted} Run \`switchyard tools login ${server}\`.`,
    { details: { server, ...(scope === undefined ? {} : { scope: scope.slice(0, MAX_SHOWN) }) } },
  );
}

/** It asks for what it was given, or for ever more. */
export function scopeRefused(server: string, scope: string | undefined): SwitchyardError {
  return new SwitchyardError(
    'tool_server.scope_refused',
    `The tool server "${server}" refuses what it was authorised for, although it was given what it asked for (${(scope ?? 'no scope').slice(0, MAX_SHOWN)}). Ask who runs it, or log in as somebody who may.`,
    { details: { server } },
  );
}

/** The authorisation did not come about: refused, or one of the two servers is not who it says it is. */
export function authorisationFailed(server: string, cause: unknown): SwitchyardError {
  if (cause instanceof SwitchyardError) return cause;
  return new SwitchyardError(
    'tool_server.authorisation_failed',
    `The tool server "${server}" could not be authorised at: ${messageOf(cause).slice(0, MAX_SHOWN)}. Look at its address and its client, then run \`switchyard tools login ${server}\`.`,
    { details: { server }, cause },
  );
}

/** Another authorisation server than the one that the operator's client belongs to. */
export function issuerChanged(server: string, bound: string, issuer: string): SwitchyardError {
  return new SwitchyardError(
    'tool_server.issuer_changed',
    `The tool server "${server}" names another authorisation server than before (${issuer.slice(0, MAX_SHOWN)} instead of ${bound.slice(0, MAX_SHOWN)}), which is not handed the client's secret. Apply the server again under another name if it has moved.`,
    { details: { server } },
  );
}

/** The way back from a browser belongs to no login that is under way. */
export function unknownLogin(): SwitchyardError {
  return new SwitchyardError(
    'tool_server.unknown_login',
    'This login is not known: it is over, was begun anew, or took too long. Run `switchyard tools login` again.',
  );
}
