import { isIP, isIPv6 } from 'node:net';
import { matchesOf, type Detector, type Found } from './detector.js';

const V4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w)(?!\.\d)/g;
/** Hexadecimal groups, perhaps with an IPv4 address at the end (RFC 4291). Which of them are addresses, Node says. */
const V6 = /(?<![\w:.])[0-9A-Fa-f:.]{3,64}(?!\w)/g;

/** IPv4 and IPv6 addresses. A version of four numbers looks the same, and is found too. */
export const ipAddress: Detector = {
  name: 'ip',
  what: 'an IP address',
  find: (text) => [...matchesOf(text, V4, (found) => isIP(found) === 4), ...matchesOf(text, V6).flatMap(v6In)],
};

/** A sentence may end with one. "::" between words is no address of anybody, and has no digit. */
function v6In({ start, text }: Found): Found[] {
  const address = [text, text.replace(/[.:]+$/, '')].find((candidate) => isIPv6(candidate) && /\d/.test(candidate));
  return address === undefined ? [] : [{ start, end: start + address.length, text: address }];
}
