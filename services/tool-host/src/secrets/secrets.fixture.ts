import {
  ToolHostService,
  type MessageInitShape,
  type Secret,
  type SetSecretRequestSchema,
} from '@switchyard/contracts';
import pg from 'pg';
import type { ToolHosts } from '../tool-host.fixture.js';

export type SecretInit = Exclude<MessageInitShape<typeof SetSecretRequestSchema>, { $typeName: string }>;

export function setSecret(hosts: ToolHosts, init: SecretInit): Promise<Secret> {
  return hosts.rpc.call(ToolHostService.method.setSecret, { tenant: 'default', actor: 'user:test', ...init });
}

/** What a statement gives in the hosts' database. */
export async function rowsOf(hosts: ToolHosts, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: hosts.database.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table of the hosts, as one text. */
export async function wholeDatabase(hosts: ToolHosts): Promise<string> {
  const tables = await rowsOf(hosts, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'effects'`);
  const names = tables.map(({ table_name: name }) => String(name));
  const texts = await Promise.all(
    names.map((name) => rowsOf(hosts, `SELECT row_to_json(t)::text AS row FROM effects."${name}" t`)),
  );
  return JSON.stringify(texts);
}
