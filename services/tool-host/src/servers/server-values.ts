import { SwitchyardError, type ToolServer } from '@switchyard/contracts';
import { Redactor } from '../secrets/redactor.js';
import { environmentKey, secretNamed } from '../secrets/secret-reference.js';
import type { Secrets } from '../secrets/secrets.service.js';
import type { SecretRow } from '../secrets/secrets.repository.js';
import { namedValues } from './named-values.js';
import type { Environment } from './server-connection.js';

/** What a server may use, and what therefore is shown nowhere. */
export interface ServerValues {
  environment: Environment;
  redactor: Redactor;
  /** Which revisions of which secrets these are: where it differs, they are out of date. */
  state: string;
  /** Some secret was not to be had for a reason that may pass. */
  incomplete: boolean;
}

type SecretSource = Pick<Secrets, 'named' | 'open' | 'isOfPlatform'>;

/** A key service that takes longer holds up no other server. */
const OPEN_TIMEOUT_MS = 5_000;

/**
 * The environment of one server, with the secrets that it names opened beside the variables. A secret that cannot be opened throws
 * its reason where it is read. Never rejects.
 */
export async function valuesFor(
  server: ToolServer,
  variables: Environment,
  secrets: SecretSource,
): Promise<ServerValues> {
  const state = stateOfSecrets(server, secrets);
  const redactor = new Redactor();
  const names = namedValues(server);
  const environment: Record<string, string | undefined> = { ...variables };
  let incomplete = false;
  const fill = async (reference: string, name: string, tenant: string) => {
    const key = environmentKey(reference, tenant);
    try {
      const value = await inTime(secrets.open(name, { user: server.name, tenant }));
      environment[key] = value;
      redactor.add(name, value);
    } catch (error) {
      // What a tenant has for something else is not for this server, which then uses the platform's own.
      if (tenant !== '' && error instanceof SwitchyardError && error.code === 'secrets.not_granted') return;
      incomplete ||= !(error instanceof SwitchyardError) || error.retryable;
      Object.defineProperty(environment, key, {
        enumerable: false,
        get: () => {
          throw error;
        },
      });
    }
  };
  await Promise.all(
    names.flatMap((reference) => {
      const name = secretNamed(reference);
      if (name === undefined) {
        redactor.add(reference, variables[reference] ?? '');
        return [];
      }
      return ['', ...tenantsOf(secrets.named(name), secrets)].map((tenant) => fill(reference, name, tenant));
    }),
  );
  return { environment, redactor, state, incomplete };
}

export function stateOfSecrets(server: ToolServer, secrets: Pick<Secrets, 'named'>): string {
  const rows = namedValues(server).flatMap((reference) => {
    const name = secretNamed(reference);
    return name === undefined ? [] : secrets.named(name);
  });
  // With the time: one that was removed and set again begins at the first revision again.
  return JSON.stringify(rows.map(({ tenant, name, revision, updated_at: at }) => [tenant, name, revision, at]));
}

function tenantsOf(rows: readonly SecretRow[], secrets: SecretSource): string[] {
  return rows.filter((row) => !secrets.isOfPlatform(row)).map(({ tenant }) => tenant);
}

async function inTime(opening: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new SwitchyardError(
          'secrets.key_unavailable',
          'A secret could not be opened: its key service does not answer.',
          {
            retryable: true,
          },
        ),
      );
    }, OPEN_TIMEOUT_MS);
  });
  try {
    return await Promise.race([opening, late]);
  } finally {
    clearTimeout(timer);
  }
}
