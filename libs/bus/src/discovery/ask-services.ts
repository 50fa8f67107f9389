import { NoRespondersError } from '@nats-io/transport-node';
import type { Bus } from '../bus.js';
import type { Verb } from './discovery-answers.js';

/** Silence after which nobody more is expected, and the longest wait: nobody knows how many services there are. */
const STALL_MS = 100;
const MAX_WAIT_MS = 500;

/** What every service instance on this NATS answers to a verb of service discovery, as text. Source: ADR-32. */
export async function askServices(bus: Bus, verb: Verb): Promise<string[]> {
  const texts: string[] = [];
  try {
    const answers = await bus.nc.requestMany(`$SRV.${verb}`, '', {
      strategy: 'stall',
      stall: STALL_MS,
      maxWait: MAX_WAIT_MS,
    });
    for await (const answer of answers) texts.push(answer.string());
  } catch (error) {
    // No service at all is an answer too.
    if (!(error instanceof NoRespondersError)) throw error;
  }
  return texts;
}
