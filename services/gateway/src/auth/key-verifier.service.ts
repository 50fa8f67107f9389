import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { identityOf, type Identity } from './scopes.js';

/** A revoked key works at most this long at a replica that saw it before. */
const ACCEPTED_FOR_MS = 10_000;
/** A wrong key is not asked for again at once. */
const REFUSED_FOR_MS = 2_000;
const MAX_ENTRIES = 10_000;

interface Entry {
  until: number;
  answer: Promise<Identity>;
  /** Whether it was a key when it was last asked for. */
  good: boolean;
}

/** Asks the router whose key it is, and remembers the answer for a short time. Keeps hashes, never keys. */
@Injectable()
export class KeyVerifier {
  private readonly entries = new Map<string, Entry>();

  constructor(@Inject(RpcClient) private readonly rpc: Pick<RpcClient, 'call'>) {}

  /** @throws SwitchyardError `key.invalid`, or that the router cannot be asked (retryable) */
  verify(secret: string): Promise<Identity> {
    const hash = hashOf(secret);
    const known = this.entries.get(hash);
    if (known && known.until > Date.now()) return known.answer;
    const entry: Entry = {
      until: Date.now() + ACCEPTED_FOR_MS,
      answer: this.ask(secret),
      good: known?.good ?? false,
    };
    this.entries.delete(hash);
    this.entries.set(hash, entry);
    this.trim();
    entry.answer.then(
      () => (entry.good = true),
      (error: unknown) => {
        if (error instanceof SwitchyardError && error.code === 'key.invalid') {
          entry.until = Date.now() + REFUSED_FOR_MS;
          entry.good = false;
        } else if (this.entries.get(hash) === entry) this.entries.delete(hash);
      },
    );
    return entry.answer;
  }

  /** Whether this was a key when it was last asked for: then whoever sends it is not guessing. */
  wasGood(secret: string): boolean {
    return this.entries.get(hashOf(secret))?.good ?? false;
  }

  /** Forgets all: a key was revoked here. */
  forget(): void {
    this.entries.clear();
  }

  private async ask(secret: string): Promise<Identity> {
    return identityOf(await this.rpc.call(RouterService.method.verifyKey, { secret }));
  }

  private trim(): void {
    for (const hash of this.entries.keys()) {
      if (this.entries.size <= MAX_ENTRIES) return;
      this.entries.delete(hash);
    }
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
