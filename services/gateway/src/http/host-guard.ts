import { isIP } from 'node:net';
import { SwitchyardError } from '@switchyard/contracts';

/**
 * Judges the Host header of requests to a server that only this machine reaches. A page in this machine's browser can
 * have its own name resolve to 127.0.0.1 a moment later ("DNS rebinding") and would then be of the same origin as this
 * server; its requests still carry its name. A server that others reach is behind names that only its operator knows, and can say.
 *
 * @param bound where the server listens
 * @param names further names, lower case
 * @returns throws SwitchyardError `http.host_refused` for a name that is not this machine's
 */
export function hostGuard(bound: string, names: readonly string[]): (hostname: string) => void {
  if (!isLoopback(bound) && names.length === 0) return () => undefined;
  return (hostname) => {
    const name = hostname.toLowerCase().replace(/\.$/, '');
    if (isLoopback(name) || names.includes(name)) return;
    throw new SwitchyardError(
      'http.host_refused',
      `This gateway serves this machine alone and is not known as "${name.slice(0, 128)}": ask for 127.0.0.1 or localhost, or add the name to SWITCHYARD_GATEWAY_HOSTS.`,
      { details: { host: name.slice(0, 128) } },
    );
  };
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
}
