import ipaddr from 'ipaddr.js';
import { portOf } from '../builtin/fetch/guarded-target.js';

/**
 * host:port of an address that an operator wrote so that nobody else decides where it leads: an IP address, or localhost
 * (RFC 6761, 6.3). Any other name leads where its DNS says, and may lead to a private address only where that is allowed.
 */
export function privateByName(url: URL): string[] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const certain = ipaddr.isValid(host) || host === 'localhost' || host.endsWith('.localhost');
  return certain ? [`${url.hostname}:${portOf(url)}`] : [];
}
