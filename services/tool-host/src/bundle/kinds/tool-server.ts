import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { tableKind, type RecordKind } from '@switchyard/persistence';
import { literalSecret } from '../literal-secret.js';

const rows = tableKind({
  kind: 'tool_server',
  part: 'tools',
  table: 'effects.tool_servers',
  of: 'platform',
  key: ['name'],
  keepsOther: true,
  moving: ['tools', 'updated_at'],
  // What it offers here is held against the versions that were accepted: an import accepts nothing.
  leaveOut: { revision: '1', accepted_revision: '1', status: `'connecting'`, last_error: 'NULL::jsonb' },
});

/** Servers of tools as they were applied. They name secrets and hold none; one that holds one does not leave. */
export const TOOL_SERVERS: RecordKind = {
  ...rows,
  page: async (on, scope, after) => {
    const lines = await rows.page(on, scope, after);
    for (const { text } of lines) checkSecrets((JSON.parse(text) as { data: JsonObject }).data, 'exported');
    return lines;
  },
  store: (on, tenant, records) => {
    for (const { data } of records) checkSecrets(data, 'imported');
    return rows.store(on, tenant, records);
  },
};

/** @throws SwitchyardError `bundle.secret` */
function checkSecrets({ name, definition }: { [key: string]: JsonValue }, done: string): void {
  const place = literalSecret(definition ?? null);
  if (place === undefined) return;
  const server = typeof name === 'string' ? name : '';
  throw new SwitchyardError(
    'bundle.secret',
    `The tool server "${server}" is not ${done}: its ${place} looks like a secret. Keep it as a named secret or in a variable, apply the server with its name, and try again; or leave the tools out (--without tools).`,
    { details: { server, field: place } },
  );
}
