import type { JsonValue } from '@switchyard/contracts';

/** Credentials in an address. */
const IN_URL = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]+@/i;
/** Keys of services that begin in a way of their own, JSON web tokens, and private keys. */
const OF_SERVICE =
  /\b(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]+)\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** `--token=…`, `api_key=…`, `Bearer …`: in what a program is started with. A document may speak of such things. */
const NAMED = /(?:token|secret|password|passwd|api[_-]?key)["']?\s*[=:]\s*["']?[^\s"'$]{8,}|\bBearer\s+[\w.~+/-]{12,}/i;
const STARTED_WITH = /^(command|args|env|url|cwd)\b/;
/** The name of a secret, in the place of its value. */
const REFERENCE = /^(?:[A-Za-z_]\w*=)?secret:[\w.-]+$/;

/**
 * Where in a tool server's definition something stands that looks like a secret itself, and not like the name of one:
 * `args[2]`. Undefined: nowhere. Definitions name secrets (`secret:NAME`, names of variables); a value in one is a mistake
 * of whoever applied it.
 */
export function literalSecret(value: JsonValue, path = ''): string | undefined {
  if (typeof value === 'string') return isSecret(value, path) ? path : undefined;
  if (Array.isArray(value)) return first(value.map((item, index) => literalSecret(item, `${path}[${index}]`)));
  if (value === null || typeof value !== 'object') return undefined;
  return first(
    Object.entries(value).map(([name, item]) => literalSecret(item, path === '' ? name : `${path}.${name}`)),
  );
}

function isSecret(text: string, path: string): boolean {
  if (REFERENCE.test(text)) return false;
  return IN_URL.test(text) || OF_SERVICE.test(text) || (STARTED_WITH.test(path) && NAMED.test(text));
}

function first(found: readonly (string | undefined)[]): string | undefined {
  return found.find((path) => path !== undefined);
}
