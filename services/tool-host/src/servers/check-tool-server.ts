import { didYouMean, type ToolServer } from '@switchyard/contracts';
import { unusableLimit } from '../tools/unusable-limit.js';
import { EFFECTS, isEffect } from '../tools/tool.js';
import { isSecretName, secretNamed } from '../secrets/secret-reference.js';
import { programVariable } from './named-values.js';
import type { ServerKind } from './server-connection.js';
import { invalidServer } from './server-failure.js';

/** The platform's own credentials: no server is ever handed these. */
const OWN_SECRETS = new Set(['DATABASE_URL', 'NATS_URL', 'SWITCHYARD_SECRET_KEY', 'SWITCHYARD_SECRET_KEY_FILE']);
/** Toolsets of the platform's own tools: `<toolset>.*` of an agent would mean both. */
const OWN_TOOLSETS = new Set([
  'builtin',
  'run',
  'math',
  'time',
  'web',
  'files',
  'memory',
  'json',
  'text',
  'sql',
  'code',
]);
/** What becomes of a tool that its server changes; '' is hold. */
const CHANGES = new Set(['', 'hold', 'accept']);
/** RFC 9110, 5.6.2: token. */
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws SwitchyardError `tool_server.invalid` saying what is wrong with a definition */
export function checkToolServer(server: ToolServer, kinds: readonly ServerKind[]): void {
  const invalid = (why: string) => invalidServer(server.name, why);
  const kind = kinds.find(({ names }) => names.includes(server.kind));
  if (!kind) {
    const known = kinds.flatMap(({ names }) => names);
    throw invalid(`there is no kind "${server.kind.slice(0, 64)}".${didYouMean(server.kind, known)}`);
  }
  if (OWN_TOOLSETS.has(server.name))
    throw invalid(
      `"${server.name}" names tools that the platform itself has, and agents with ${server.name}.* would get both. Take another name`,
    );
  kind.check(server);
  for (const [tool, effect] of Object.entries(server.effects)) {
    if (!isEffect(effect))
      throw invalid(`the effect "${effect.slice(0, 64)}" of ${tool} is none of ${EFFECTS.join(', ')}`);
  }
  if (!CHANGES.has(server.changes))
    throw invalid(`changes is "${server.changes.slice(0, 64)}", and neither hold nor accept`);
  for (const header of Object.keys(server.headerEnv)) {
    if (!HEADER.test(header)) throw invalid(`${JSON.stringify(header.slice(0, 64))} is no name of a header`);
  }
  const unusable = unusableLimit(server);
  if (unusable) throw invalid(unusable);
  for (const name of Object.values(server.headerEnv)) checkVariable(server, name);
  for (const { variable, from } of server.env.map(programVariable)) {
    if (!VARIABLE.test(variable))
      throw invalid(`"${variable.slice(0, 64)}" is no name of an environment variable; write VARIABLE=secret:NAME`);
    checkVariable(server, from);
  }
}

/** @throws SwitchyardError `tool_server.invalid` where this is no variable that a server may be given, and no `secret:NAME` */
export function checkVariable(server: ToolServer, name: string): void {
  const secret = secretNamed(name);
  if (secret !== undefined) {
    if (!isSecretName(secret)) throw invalidServer(server.name, `"${secret.slice(0, 64)}" is no name of a secret`);
    return;
  }
  if (!VARIABLE.test(name))
    throw invalidServer(server.name, `"${name.slice(0, 64)}" is no name of an environment variable`);
  if (OWN_SECRETS.has(name)) throw invalidServer(server.name, `${name} is the platform's own and is not handed on`);
}

/** @throws SwitchyardError `tool_server.invalid` where a server's address is none that can be asked over HTTP */
export function checkHttpUrl(server: ToolServer, address = server.url): void {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw invalidServer(server.name, 'its url is no http or https address');
  if (url.username !== '' || url.password !== '')
    throw invalidServer(server.name, 'its url holds credentials; use header_env');
}
