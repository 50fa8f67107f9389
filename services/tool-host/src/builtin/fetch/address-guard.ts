import ipaddr from 'ipaddr.js';

/** Public addresses behind which a cloud's machines keep their credentials. */
const METADATA: Readonly<Record<string, string>> = {
  '168.63.129.16': "the platform address of Azure's machines",
};

/** Globally routed IPv6 is all in 2000::/3 (RFC 4291, 2.4; IANA's registry); the rest is local, mapped or reserved. */
const GLOBAL_UNICAST_6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Why an address must not be reached from here, or undefined where it is a public one. Only what is known to be public
 * passes: loopback, private, link-local, carrier-grade NAT, multicast, reserved, and IPv4 inside of IPv6 do not.
 */
export function refusalOf(address: string): string | undefined {
  if (!ipaddr.isValid(address)) return 'it is no address';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv6) return refusalOf6(parsed);
  const range = parsed.range();
  return range === 'unicast' ? METADATA[parsed.toString()] : describeRange(range);
}

function refusalOf6(address: ipaddr.IPv6): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return describeRange(range);
  return address.match(GLOBAL_UNICAST_6) ? undefined : 'a reserved address';
}

/** ipaddr.js' names of ranges that hide an IPv4 address, for people. */
const TUNNELS: Readonly<Record<string, string>> = {
  rfc6145: 'a translated IPv4 address (RFC 6145)',
  rfc6052: 'a translated IPv4 address (RFC 6052)',
  '6to4': 'a 6to4 address',
  teredo: 'a Teredo address',
  as112: 'an AS112 address',
  as112v6: 'an AS112 address',
  amt: 'an AMT address',
  orchid2: 'an ORCHIDv2 address',
  droneRemoteIdProtocolEntityTags: 'a DRIP address',
};

/** ipaddr.js' names of ranges, for people: "linkLocal" → "a link local address". */
function describeRange(range: string): string {
  const words = range.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return TUNNELS[range] ?? `${/^(?:[aeio]|un(?!i))/.test(words) ? 'an' : 'a'} ${words} address`;
}
