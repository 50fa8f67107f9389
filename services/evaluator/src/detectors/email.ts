import { matchesOf, type Detector } from './detector.js';

/**
 * E-mail addresses in the form that people use, with the letters of any script on both sides (RFC 6531), in links too
 * ("%40"). Mailers write more before the @ than the 64 characters that RFC 5321 allows.
 */
const ADDRESS =
  /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}._%+'-]{1,256}(?:@|%40)(?:[\p{L}\p{N}-]{1,63}\.){1,8}(?:\p{L}{2,24}|xn--[A-Za-z0-9-]{1,59})(?![\p{L}\p{N}])/gu;

export const email: Detector = {
  name: 'email',
  what: 'an e-mail address',
  find: (text) => matchesOf(text, ADDRESS),
};
