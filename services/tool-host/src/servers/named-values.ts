import type { ToolServer } from '@switchyard/contracts';
import { secretNamed } from '../secrets/secret-reference.js';

const WITH_NAME = /^([A-Za-z_][A-Za-z0-9_]*)=(secret:.*)$/s;

/**
 * An entry of `env`: the variable that a program gets, and what its value is had by. A secret is given as `VARIABLE=secret:NAME`, or
 * as `secret:NAME` where the variable has the name of the secret.
 */
export function programVariable(entry: string): { variable: string; from: string } {
  const [, variable, from] = WITH_NAME.exec(entry) ?? [];
  return variable !== undefined && from !== undefined
    ? { variable, from }
    : { variable: secretNamed(entry) ?? entry, from: entry };
}

/** All that a server's definition names of values that stand elsewhere: environment variables, and secrets as `secret:NAME`. */
export function namedValues({ env, headerEnv, openapi, mcp }: ToolServer): string[] {
  const credentials = Object.values(openapi?.auth ?? {}).flatMap((auth) => [auth.env, auth.idEnv, auth.secretEnv]);
  const { clientSecretEnv = '', privateKeyEnv = '' } = mcp?.oauth ?? {};
  const variables = env.map((entry) => programVariable(entry).from);
  return [
    ...new Set([...variables, ...Object.values(headerEnv), ...credentials, clientSecretEnv, privateKeyEnv]),
  ].filter((name) => name !== '');
}
