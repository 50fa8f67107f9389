import { emptyState, type OAuthState } from './oauth-state.js';

/** Keeps what is remembered of each server's authorisation. */
export interface OAuthStore {
  /** @throws SwitchyardError `secrets.…` */
  read(server: string): Promise<OAuthState>;
  /**
   * Changes it in place. One change of a server at a time, over all hosts, and each sees the one before: a refresh token
   * is used once. What was changed is kept also where `change` throws.
   *
   * @throws what `change` throws; SwitchyardError `secrets.…`
   */
  change<T>(server: string, change: (state: OAuthState) => Promise<T>): Promise<T>;
}

/** Forgets with the process. */
export class MemoryOAuthStore implements OAuthStore {
  readonly #states = new Map<string, OAuthState>();
  #last: Promise<unknown> = Promise.resolve();

  read(server: string): Promise<OAuthState> {
    return Promise.resolve(structuredClone(this.#states.get(server) ?? emptyState()));
  }

  change<T>(server: string, change: (state: OAuthState) => Promise<T>): Promise<T> {
    const changed = this.#last.then(async () => {
      const state = await this.read(server);
      try {
        return await change(state);
      } finally {
        this.#states.set(server, state);
      }
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }
}
