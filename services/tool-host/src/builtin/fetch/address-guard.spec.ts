import { describe, expect, it } from '@jest/globals';
import { refusalOf } from './address-guard.js';

describe('an address that is refused', () => {
  it.each([
    ['127.0.0.1', 'a loopback address'],
    ['169.254.169.254', 'a link local address'],
    ['100.64.0.1', 'a carrier grade nat address'],
    ['2002:7f00:1::', 'a 6to4 address'],
    ['64:ff9b::7f00:1', 'a translated IPv4 address (RFC 6052)'],
    ['::', 'an unspecified address'],
    ['fc00::1', 'a unique local address'],
    ['2001:db8::1', 'a reserved address'],
    ['8.8.8.8', undefined],
    ['2606:4700::1111', undefined],
  ])('%s is %s', (address, why) => {
    expect(refusalOf(address)).toBe(why);
  });
});
