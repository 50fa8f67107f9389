import { Inject, Injectable } from '@nestjs/common';
import { sql } from '@switchyard/persistence';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { DataSource } from 'typeorm';
import { HostIdentity } from './host-identity.js';

/** Signs of life in a lease: several may be lost before a host counts as gone. */
const BEATS_PER_LEASE = 5;
/** Hosts that are gone for so long have no calls that anybody asks for: a missing row means gone as well. */
const FORGET_AFTER = '1 hour';

/** Tells the other hosts that this one lives, for as long as it does. */
@Injectable()
export class HeartbeatService {
  private timer: NodeJS.Timeout | undefined;
  private beating: Promise<void> = Promise.resolve();

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(HostIdentity) private readonly self: HostIdentity,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before the first call is taken: a host without a row counts as gone. */
  async start(): Promise<void> {
    await this.beat();
    await sql(
      this.dataSource,
      `DELETE FROM effects.hosts WHERE seen_at < clock_timestamp() - interval '${FORGET_AFTER}'`,
    );
    this.timer = setInterval(() => {
      this.beating = this.beat().catch((error: unknown) => {
        this.logger.warn({ err: error }, 'No sign of life could be written; other hosts may take this one for gone');
      });
    }, this.self.leaseMs / BEATS_PER_LEASE);
    this.timer.unref();
  }

  /** After the last call is settled. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.beating;
    await sql(this.dataSource, 'DELETE FROM effects.hosts WHERE host = $1', [this.self.host]).catch(
      (error: unknown) => {
        // The lease ends by itself.
        this.logger.warn({ err: error }, 'This host could not sign off');
      },
    );
  }

  private async beat(): Promise<void> {
    await sql(
      this.dataSource,
      `INSERT INTO effects.hosts (host, pool, seen_at) VALUES ($1, $2, clock_timestamp())
       ON CONFLICT (host) DO UPDATE SET seen_at = excluded.seen_at`,
      [this.self.host, this.self.pool],
    );
  }
}
