import { matchesOf, type Detector, type Found } from './detector.js';

/**
 * Secrets that are known by their form: each begins with a prefix that its issuer chose so that scanners find it. Forms as
 * their issuers document them (AWS IAM identifiers, GitHub token formats, GitLab token prefixes, Slack token types, Stripe
 * API keys, Google API keys, npm tokens, Hugging Face tokens), JSON web tokens (RFC 7519) and PEM private keys (RFC 7468).
 * Every repetition is of one class of characters, so that none of them backtracks for long.
 */
const FORMS: readonly RegExp[] = [
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])/g,
  /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{36,255}/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{22,255}/g,
  /(?<![A-Za-z0-9])glpat-[A-Za-z0-9_-]{20,255}/g,
  /(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{10,255}/g,
  /(?<![A-Za-z0-9])sk-[A-Za-z0-9_-]{20,255}/g,
  /(?<![A-Za-z0-9])[rs]k_live_[A-Za-z0-9]{16,255}/g,
  /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g,
  /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g,
  /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,255}/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,1000}/g,
  /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----/g,
];

/** API keys, tokens and private keys. */
export const secrets: Detector = {
  name: 'secrets',
  what: 'an API key or other secret',
  find: (text) => knownForms(text, isDrawn),
};

/** Everything in a form of the list, in the order of the list. */
export function knownForms(text: string, isRight?: (found: string) => boolean): Found[] {
  return FORMS.flatMap((form) => matchesOf(text, form, isRight));
}

/** Drawn keys mix their characters; `sk-xxxxxxxxxxxxxxxxxxxx` in a manual is none, nor is `sk-your-api-key-goes-here`. */
function isDrawn(found: string): boolean {
  return found.startsWith('-----') || (/\d/.test(found) && new Set(found.slice(4)).size >= 8);
}
