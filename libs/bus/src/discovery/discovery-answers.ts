import type { EndpointStats } from './endpoint-stats.js';

/** Who a service is on the network. */
export interface ServiceIdentity {
  /** Letters, digits, "_" and "-": "switchyard-router". */
  name: string;
  /** One instance. */
  id: string;
  /** Semantic version. */
  version: string;
  description: string;
  metadata: Readonly<Record<string, string>>;
  started: Date;
}

export interface DiscoveredEndpoint {
  name: string;
  subject: string;
  queue: string | undefined;
  stats: EndpointStats;
}

export const VERBS = ['PING', 'INFO', 'STATS'] as const;
export type Verb = (typeof VERBS)[number];

/** The subjects on which one instance answers a verb: all services, all of its name, itself. */
export function discoverySubjects(verb: Verb, { name, id }: Pick<ServiceIdentity, 'name' | 'id'>): string[] {
  return [`$SRV.${verb}`, `$SRV.${verb}.${name}`, `$SRV.${verb}.${name}.${id}`];
}

/** An answer as `nats micro` reads it. Source: ADR-32, github.com/nats-io/nats-architecture-and-design */
export function discoveryAnswer(
  verb: Verb,
  service: ServiceIdentity,
  endpoints: readonly DiscoveredEndpoint[],
): object {
  const { name, id, version, metadata } = service;
  const type = `io.nats.micro.v1.${verb.toLowerCase()}_response`;
  const common = { type, name, id, version, metadata };
  if (verb === 'PING') return common;
  if (verb === 'INFO') {
    return {
      ...common,
      description: service.description,
      endpoints: endpoints.map((endpoint) => ({ ...address(endpoint), metadata: null })),
    };
  }
  return {
    ...common,
    started: service.started.toISOString(),
    endpoints: endpoints.map((endpoint) => ({
      ...address(endpoint),
      num_requests: endpoint.stats.requests,
      num_errors: endpoint.stats.errors,
      last_error: endpoint.stats.lastError,
      processing_time: endpoint.stats.nanos,
      average_processing_time: endpoint.stats.averageNanos,
    })),
  };
}

function address({ name, subject, queue }: DiscoveredEndpoint) {
  return { name, subject, queue_group: queue ?? '' };
}
