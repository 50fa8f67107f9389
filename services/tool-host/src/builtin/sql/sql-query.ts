import type { SqlConnectionConfig } from '@switchyard/config';
import { SwitchyardError } from '@switchyard/contracts';
import { text } from '../../tools/tool.js';
import { numberArgument, objectSchema, textArgument, type BuiltinTool } from '../builtin-tool.js';
import { invalidArguments } from '../../tools/invalid-arguments.js';
import { Redactor } from '../../secrets/redactor.js';
import { secretNamed } from '../../secrets/secret-reference.js';
import type { Secrets } from '../../secrets/secrets.service.js';
import { readRows } from './read-rows.js';
import { whyNotRead } from './read-only-query.js';

const NAME = 'sql_query';
const MAX_LENGTH = 20_000;
const MAX_ROWS = 1_000;
const DEFAULT_ROWS = 100;
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_BYTES = 128 * 1024;

/**
 * Asks a Postgres database that the operator has named, and changes nothing in it.
 *
 * @param connections at least one
 * @param secrets has the addresses that are given as `secret:NAME`
 */
export function createSqlQuery(
  connections: readonly SqlConnectionConfig[],
  secrets: Pick<Secrets, 'open'>,
): BuiltinTool {
  const names = connections.map(({ name }) => name);
  return {
    name: NAME,
    toolset: 'sql',
    description:
      'Asks a PostgreSQL database with one SELECT (or WITH, VALUES, TABLE) and gives columns and rows as JSON. It can only read. ' +
      'Its tables are in information_schema.columns.',
    parameters: objectSchema(
      {
        connection: { enum: names, description: 'Which database.' },
        sql: {
          type: 'string',
          description: 'One statement, without a semicolon.',
          minLength: 1,
          maxLength: MAX_LENGTH,
        },
        max_rows: {
          type: 'integer',
          description: `Rows at most. Default ${DEFAULT_ROWS}.`,
          minimum: 1,
          maximum: MAX_ROWS,
        },
      },
      names.length === 1 ? ['sql'] : ['connection', 'sql'],
    ),
    effect: 'pure',
    timeoutMs: TIMEOUT_MS,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    untrusted: true,
    handler: async (args, { signal, timeoutMs }) => {
      const wanted = textArgument(args, 'connection') || names[0];
      const connection = connections.find(({ name }) => name === wanted);
      if (!connection) throw invalidArguments(NAME, `There is no connection "${wanted}".`);
      // What a person would end it with is no second statement.
      const sql = textArgument(args, 'sql').trim().replace(/;\s*$/, '');
      const why = whyNotRead(sql);
      if (why !== undefined) throw invalidArguments(NAME, `The statement is refused: ${why}.`);
      const maxRows = numberArgument(args, 'max_rows', DEFAULT_ROWS);
      const secret = secretNamed(connection.url);
      const url = secret === undefined ? connection.url : await secrets.open(secret, { user: NAME, tenant: '' });
      checkAddress(connection.name, url);
      const redactor = new Redactor().add(secret ?? connection.name, url);
      const answer = await readRows({ ...connection, url }, sql, {
        maxRows,
        // Of the text that the rows become, with room for what JSON adds.
        maxCharacters: MAX_OUTPUT_BYTES / 2,
        timeoutMs: Math.min(timeoutMs, TIMEOUT_MS) - 1_000,
        signal,
      }).catch((error: unknown) => {
        throw redactor.error(error);
      });
      const { columns, rows, more } = answer;
      return redactor.output(text(JSON.stringify({ columns, rows, ...(more ? { more: true } : {}) })));
    },
  };
}

/** What a secret holds nobody has looked at before. */
function checkAddress(name: string, url: string): void {
  if (/^postgres(?:ql)?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return;
  throw new SwitchyardError(
    'tool.sql_refused',
    `The connection "${name}" is not used: its secret holds no postgres:// address.`,
    {
      details: { connection: name },
    },
  );
}
