import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import { readStats, type DiscoveredService } from './discovered-service.js';

/** Nobody knows how many services there are: who answers within this time is there. */
const MAX_WAIT_MS = 500;
/** Silence after which nobody more is expected. */
const STALL_MS = 100;

/** Finds the running services by NATS micro discovery. */
@Injectable()
export class ServiceDiscovery {
  constructor(@Inject(Bus) private readonly bus: Bus) {}

  async find(): Promise<DiscoveredService[]> {
    const answers = await this.bus.nc.requestMany('$SRV.STATS', '', {
      strategy: 'stall',
      stall: STALL_MS,
      maxWait: MAX_WAIT_MS,
    });
    const found = new Map<string, DiscoveredService>();
    try {
      for await (const answer of answers) {
        const service = readStats(answer.string(), this.bus.prefix);
        if (service) found.set(service.id, service);
      }
    } catch (error) {
      if (!(error instanceof Error && error.name === 'NoRespondersError')) throw error;
    }
    return [...found.values()].sort(
      (one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id),
    );
  }
}
