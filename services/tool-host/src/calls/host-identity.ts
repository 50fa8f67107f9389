import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import { CONFIG } from '@switchyard/service';

/**
 * A host that gave no sign of life for so long is gone. Long against a busy event loop or a slow database, short against
 * the patience of who waits for the call.
 */
const LEASE_MS = 10_000;

/** Who this process is in the ledger: another one at every start, so that what an earlier start left is not taken for its own. */
@Injectable()
export class HostIdentity {
  readonly host = `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
  readonly leaseMs = LEASE_MS;
  readonly pool: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.pool = config.toolHost.pool;
  }
}
