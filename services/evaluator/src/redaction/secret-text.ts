import { matchesOf, type Detector } from '../detectors/detector.js';
import { knownForms } from '../detectors/secrets.js';

/**
 * Secrets by where they stand: a private key to its end (RFC 7468), a bearer token (RFC 6750), basic credentials
 * (RFC 7617), the password in an address (RFC 3986), and this platform's own keys.
 */
const BY_PLACE: readonly RegExp[] = [
  /-----BEGIN (?:[A-Z]{2,16} ){0,3}PRIVATE KEY-----(?:[\s\S]{0,8000}?-----END (?:[A-Z]{2,16} ){0,3}PRIVATE KEY-----|[A-Za-z0-9+/=\s\\]{0,8000})/g,
  /(?<=\bbearer[ \t]{1,4})(?=[A-Za-z._~+/-]{0,200}\d)[A-Za-z0-9._~+/-]{16,4000}={0,2}/gi,
  /(?<=\bauthorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?basic[ \t]{1,4})[A-Za-z0-9+/]{8,4000}={0,2}/gi,
  /(?<=[a-z]:\/\/[^\s/:@]{0,128}:)[^\s/@]{1,256}(?=@)/gi,
  /(?<![A-Za-z0-9])sy_[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g,
];

/** What is taken out as a secret: where in doubt, it is one. (A scorer that fails an answer asks for more.) */
export const secretText: Detector = {
  name: 'secret',
  what: 'an API key or other secret',
  find: (text) => [...knownForms(text), ...BY_PLACE.flatMap((form) => matchesOf(text, form))],
};
