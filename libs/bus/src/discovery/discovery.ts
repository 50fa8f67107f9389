import { randomBytes } from 'node:crypto';
import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import {
  discoveryAnswer,
  discoverySubjects,
  VERBS,
  type DiscoveredEndpoint,
  type ServiceIdentity,
} from './discovery-answers.js';

/** Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, so that `nats micro ls` and the like see this service. */
export class Discovery {
  private readonly subscriptions: Subscription[] = [];
  readonly identity: ServiceIdentity;

  constructor(
    private readonly nc: NatsConnection,
    identity: Pick<ServiceIdentity, 'name' | 'version' | 'description'> & {
      metadata?: Readonly<Record<string, string>>;
    },
    private readonly endpoints: () => readonly DiscoveredEndpoint[],
  ) {
    this.identity = { metadata: {}, ...identity, id: randomBytes(11).toString('hex'), started: new Date() };
  }

  start(): void {
    for (const verb of VERBS) {
      for (const subject of discoverySubjects(verb, this.identity)) {
        const callback = (error: Error | null, msg: { respond(body: string): boolean }) => {
          // Without the permission to listen here, the service works and is not discovered.
          if (!error) msg.respond(JSON.stringify(discoveryAnswer(verb, this.identity, this.endpoints())));
        };
        this.subscriptions.push(this.nc.subscribe(subject, { callback }));
      }
    }
  }

  stop(): void {
    for (const subscription of this.subscriptions.splice(0)) subscription.unsubscribe();
  }
}
