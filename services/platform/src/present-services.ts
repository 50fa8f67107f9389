import type { Bus } from '@switchyard/bus';

/** A service instance that answers on the bus. */
export interface PresentService {
  name: string;
  id: string;
  version: string;
}

/** Silence after which nobody more is expected, and the longest wait; nobody knows how many there are. */
const STALL_MS = 100;
const MAX_WAIT_MS = 500;

/** Who answers NATS' service discovery now. Source: ADR-32, github.com/nats-io/nats-architecture-and-design */
export async function presentServices(bus: Bus): Promise<PresentService[]> {
  const answers = await bus.nc.requestMany('$SRV.PING', '', {
    strategy: 'stall',
    stall: STALL_MS,
    maxWait: MAX_WAIT_MS,
  });
  const present: PresentService[] = [];
  try {
    for await (const answer of answers) present.push(answer.json<PresentService>());
  } catch (error) {
    // nats-core's NoRespondersError, by its name: no service at all is an answer too.
    if (!(error instanceof Error && error.name === 'NoResponders')) throw error;
  }
  return present;
}
