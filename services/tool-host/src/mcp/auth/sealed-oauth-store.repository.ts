import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, sql } from '@switchyard/persistence';
import { DataSource } from 'typeorm';
import { Slots } from '../../builtin/javascript/slots.js';
import { SecretBox, type SealedSecret } from '../../secrets/secret-box.js';
import { emptyState, type OAuthState } from './oauth-state.js';
import type { OAuthStore } from './oauth-store.js';

interface SecretRow {
  sealed: SealedSecret | null;
}

/** Each holds a connection for as long as an authorisation server takes, and calls need the others. */
const CHANGES_AT_ONCE = 2;
const NEVER = new AbortController().signal;

/** Keeps authorisations in Postgres, sealed; what is there is opened only in this process. */
@Injectable()
export class SealedOAuthStore implements OAuthStore {
  /** Changes of one server wait here before they take a connection of the pool: calls need those. */
  readonly #changing = new Map<string, Promise<unknown>>();
  readonly #slots = new Slots(CHANGES_AT_ONCE);

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {}

  async read(server: string): Promise<OAuthState> {
    const [row] = await sql<SecretRow>(
      this.dataSource,
      'SELECT sealed FROM effects.tool_server_logins WHERE server = $1',
      [server],
    );
    return this.opened(server, row);
  }

  change<T>(server: string, change: (state: OAuthState) => Promise<T>): Promise<T> {
    const before = this.#changing.get(server) ?? Promise.resolve();
    const changed = before.then(() => this.changeAlone(server, change));
    const settled = changed
      .catch(() => undefined)
      .then(() => {
        if (this.#changing.get(server) === settled) this.#changing.delete(server);
      });
    this.#changing.set(server, settled);
    return changed;
  }

  /** Puts what is under an older master key under the current one. One that cannot be is told, and holds up no other. */
  async rotate(): Promise<{ rewrapped: number; current: number; failed: { server: string; error: unknown }[] }> {
    const outcome = { rewrapped: 0, current: 0, failed: [] as { server: string; error: unknown }[] };
    const rows = await sql<{ server: string; sealed: SealedSecret }>(
      this.dataSource,
      'SELECT server, sealed FROM effects.tool_server_logins WHERE sealed IS NOT NULL ORDER BY server',
    );
    for (const { server, sealed: before } of rows) {
      try {
        const sealed = await this.box.rewrap(before, contextOf(server));
        // What was sealed meanwhile is under the current key by that.
        const changed =
          sealed &&
          (await sql(
            this.dataSource,
            `UPDATE effects.tool_server_logins SET sealed = $2::jsonb WHERE server = $1 AND sealed->>'wrapped' = $3 RETURNING server`,
            [server, JSON.stringify(sealed), before.wrapped],
          ));
        if (changed && changed.length > 0) outcome.rewrapped += 1;
        else outcome.current += 1;
      } catch (error) {
        outcome.failed.push({ server, error });
      }
    }
    return outcome;
  }

  private async changeAlone<T>(server: string, change: (state: OAuthState) => Promise<T>): Promise<T> {
    const free = await this.#slots.take(NEVER);
    try {
      return await this.changeInTransaction(server, change);
    } finally {
      free();
    }
  }

  private async changeInTransaction<T>(server: string, change: (state: OAuthState) => Promise<T>): Promise<T> {
    const outcome = await inTransaction(this.dataSource, async (manager) => {
      await sql(
        manager,
        `INSERT INTO effects.tool_server_logins (server, updated_at) VALUES ($1, clock_timestamp())
         ON CONFLICT (server) DO NOTHING`,
        [server],
      );
      const [row] = await sql<SecretRow>(
        manager,
        'SELECT sealed FROM effects.tool_server_logins WHERE server = $1 FOR UPDATE',
        [server],
      );
      const state = await this.opened(server, row);
      const text = JSON.stringify(state);
      // What a change did before it failed is so: a refresh token that was refused is of no more use.
      const result = await change(state).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      if (JSON.stringify(state) !== text) {
        const sealed = await this.box.seal(JSON.stringify(state), contextOf(server));
        await sql(
          manager,
          'UPDATE effects.tool_server_logins SET sealed = $2::jsonb, updated_at = clock_timestamp() WHERE server = $1',
          [server, JSON.stringify(sealed)],
        );
      }
      return result;
    });
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  private async opened(server: string, row: SecretRow | undefined): Promise<OAuthState> {
    if (!row?.sealed) return emptyState();
    return JSON.parse(await this.box.open(row.sealed, contextOf(server))) as OAuthState;
  }
}

function contextOf(server: string): string {
  return `tool-server/${server}/oauth`;
}
