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
    const found = new Map<string, DiscoveredService>();
    for (const text of await this.ask()) {
      const service = readStats(text, this.bus.prefix);
      if (service) found.set(service.id, service);
    }
    return [...found.values()].sort(
      (one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id),
    );
  }

  private async ask(): Promise<string[]> {
    const options = { strategy: 'stall', stall: STALL_MS, maxWait: MAX_WAIT_MS } as const;
    const texts: string[] = [];
    try {
      for await (const answer of await this.bus.nc.requestMany('$SRV.STATS', '', options)) texts.push(answer.string());
    } catch (error) {
      // nats-core's NoRespondersError: no service at all is an answer too.
      if (!(error instanceof Error && error.name === 'NoResponders')) throw error;
    }
    return texts;
  }
}
