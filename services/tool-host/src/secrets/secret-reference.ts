const PREFIX = 'secret:';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export function isSecretName(name: string): boolean {
  return NAME.test(name);
}

/** The name in `secret:NAME`, which stands where a definition could name an environment variable; undefined for anything else. */
export function secretNamed(reference: string): string | undefined {
  return reference.startsWith(PREFIX) ? reference.slice(PREFIX.length) : undefined;
}

/**
 * Under what an opened secret stands beside the variables of a server's environment. No variable is called so: its name would
 * have a colon.
 *
 * @param tenant '' for what is the platform's own
 */
export function environmentKey(reference: string, tenant: string): string {
  return tenant === '' ? reference : `${reference}@${tenant}`;
}
