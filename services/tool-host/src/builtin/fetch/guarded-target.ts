import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { SwitchyardError } from '@switchyard/contracts';
import { messageOf } from '../../shared/error-text.js';
import type { Egress } from '../../shared/egress.js';
import { refusalOf } from './address-guard.js';

/** Gives every address of a name. Injected in tests. */
export type ResolveName = (name: string) => Promise<LookupAddress[]>;

export interface FetchGuard {
  /** `host:port` that may be reached although it is private: local development. Lower case. */
  allow: ReadonlySet<string>;
  resolve: ResolveName;
  /** Where this host may connect to at all; undefined: anywhere else. */
  egress?: Egress;
  /** What an operator can do where an address is refused. */
  remedy?: string;
}

const REMEDY = 'an operator can allow a local one with SWITCHYARD_FETCH_ALLOW=host:port';
/** @param allow `host:port` that may be reached although it is private */
export function fetchGuard(allow: readonly string[], resolve: ResolveName = systemResolve): FetchGuard {
  return { allow: new Set(allow.map((entry) => entry.toLowerCase())), resolve };
}

export const systemResolve: ResolveName = (name) =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * Where one request may connect to: the name is resolved once, all its addresses are checked, and the connection uses
 * these and no others, so that a name cannot mean something else a moment later.
 *
 * @throws SwitchyardError `tool.url_refused`, `tool.egress_refused` or `tool.host_not_found`
 */
export async function guardTarget(url: URL, guard: FetchGuard): Promise<LookupFunction> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused(url, guard, 'only http and https are fetched');
  if (url.username !== '' || url.password !== '') throw refused(url, guard, 'it holds credentials');
  guard.egress?.check(url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = await addressesOf(url, host, guard.resolve);
  if (!guard.allow.has(`${url.hostname}:${portOf(url)}`)) {
    // One bad address is enough: who answers with a public and a private one is up to something.
    for (const { address } of addresses) {
      const why = refusalOf(address);
      if (why) throw refused(url, guard, host === address ? `${address} is ${why}` : `${host} is ${address}, ${why}`);
    }
  }
  return pinnedTo(addresses);
}

async function addressesOf(url: URL, host: string, resolve: ResolveName): Promise<LookupAddress[]> {
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family }];
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    throw notFound(url, messageOf(cause), cause);
  }
  throw notFound(url, 'the name has no address');
}

/** A lookup that knows one answer, in both forms in which Node asks. */
function pinnedTo(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) return callback(null, [...addresses]);
    const wanted = addresses.find(({ family }) => !options.family || family === options.family) ?? addresses[0];
    callback(null, wanted?.address ?? '', wanted?.family);
  };
}

export function portOf(url: URL): string {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

function notFound(url: URL, why: string, cause?: unknown): SwitchyardError {
  return new SwitchyardError(
    'tool.host_not_found',
    `The host of ${shown(url)} cannot be found: ${why}. Check the address.`,
    {
      details: { host: url.hostname },
      cause,
    },
  );
}

function refused(url: URL, { remedy = REMEDY }: FetchGuard, why: string): SwitchyardError {
  return new SwitchyardError(
    'tool.url_refused',
    `${shown(url)} is refused: ${why}. Only public addresses are fetched; ${remedy}.`,
    { details: { host: url.hostname } },
  );
}

/** Without credentials and query: neither belongs in a message. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`.slice(0, 200);
}
