import { SwitchyardError } from '@switchyard/contracts';
import { TypeORMError } from 'typeorm';

/** What a SQLSTATE means to a caller. https://www.postgresql.org/docs/18/errcodes-appendix.html */
interface Meaning {
  code: string;
  retryable: boolean;
  message: string;
}

const UNAVAILABLE: Meaning = {
  code: 'database.unavailable',
  retryable: true,
  message: 'The database cannot be reached or does not take work now. Check DATABASE_URL and that Postgres runs',
};
const SERIALIZATION: Meaning = {
  code: 'database.serialization',
  retryable: true,
  message: 'Another transaction was in the way. Try again',
};
const TIMEOUT: Meaning = {
  code: 'database.timeout',
  retryable: true,
  message: 'The database took too long. Try again',
};
const DUPLICATE: Meaning = { code: 'database.duplicate', retryable: false, message: 'There is such a row already' };
const CONSTRAINT: Meaning = { code: 'database.constraint', retryable: false, message: 'The database refused the row' };
const NOT_MIGRATED: Meaning = {
  code: 'database.not_migrated',
  retryable: false,
  message: 'A table, column or schema is missing. Run the migrations (switchyard migrate), then start again',
};
/** Retryable: a password is changed in two places, never at once, and no work may be lost between. */
const UNAUTHORIZED: Meaning = {
  code: 'database.unauthorized',
  retryable: true,
  message: 'The database refused the user or the password. Correct them in DATABASE_URL',
};
const MISSING: Meaning = {
  code: 'database.missing',
  retryable: true,
  message: 'Postgres has no database of this name. Create it (createdb), or correct DATABASE_URL',
};
const FAILED: Meaning = { code: 'database.failed', retryable: false, message: 'The database refused the statement' };

const BY_STATE: Readonly<Record<string, Meaning>> = {
  '23505': DUPLICATE,
  '40001': SERIALIZATION,
  '40P01': SERIALIZATION,
  '55P03': TIMEOUT,
  '57014': TIMEOUT,
  '28000': UNAUTHORIZED,
  '28P01': UNAUTHORIZED,
  '3D000': MISSING,
  '3F000': NOT_MIGRATED,
  '42P01': NOT_MIGRATED,
  '42703': NOT_MIGRATED,
};
/** 08 connection, 53 resources, 57P operator (shutdown, crash, starting up), 25006 a standby that takes no writes. */
const UNAVAILABLE_STATE = /^(08|53|57P|25006)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** pg has no codes for what its own pool and client meet, and TypeORM none for a transaction whose connection broke. */
const CLIENT_MESSAGES =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|client was closed|driver not connected|cannot use a pool after|query runner already released|transaction is not started/i;

/** Any error of pg or TypeORM as a coded one; one that is coded already passes through. */
export function mapDatabaseError(error: unknown): SwitchyardError {
  if (error instanceof SwitchyardError) return error;
  const state = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const { code, message, retryable } = meaningOf(state, text);
  return new SwitchyardError(code, `${message}: ${text}.`, {
    retryable,
    details: state === '' ? {} : { sqlstate: state },
    cause: error,
  });
}

/** Whether the database, its driver or the way to it failed, and not the code around. */
export function isOfDatabase(error: unknown): boolean {
  if (error instanceof TypeORMError) return true;
  const state = codeOf(error);
  if (SQLSTATE.test(state) || SOCKET_CODES.has(state)) return true;
  return error instanceof Error && CLIENT_MESSAGES.test(error.message);
}

/** Whether nobody can know if the statement took effect: the connection broke or the server left. */
export function isUnavailable(error: unknown): boolean {
  return mapDatabaseError(error).code === UNAVAILABLE.code;
}

function meaningOf(state: string, text: string): Meaning {
  const known = BY_STATE[state];
  if (known) return known;
  if (UNAVAILABLE_STATE.test(state) || SOCKET_CODES.has(state) || CLIENT_MESSAGES.test(text)) return UNAVAILABLE;
  return state.startsWith('23') ? CONSTRAINT : FAILED;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // TypeORM keeps pg's error in driverError; Node keeps the several addresses of one name in errors.
  if ('driverError' in error) return codeOf(error.driverError);
  if ('errors' in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  return '';
}
