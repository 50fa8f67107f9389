import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { RunEventSchema, type RunEvent } from '@switchyard/contracts';
import { readMessage } from './read-messages.js';

/** Hears of the ends of runs, and tells who waits for them by idempotency key. */
export class RunEnds {
  private readonly waiting = new Map<string, Set<(event: RunEvent) => void>>();
  private subscriptions: Subscription[] | undefined;

  constructor(
    private readonly nc: NatsConnection,
    private readonly subjects: readonly string[],
  ) {}

  /** Listens, if it does not yet; once this resolves, nothing that is published afterwards is missed. */
  async listen(): Promise<void> {
    if (this.subscriptions) return;
    this.subscriptions = this.subjects.map((subject) =>
      this.nc.subscribe(subject, { callback: (_, { data }) => this.hear(data) }),
    );
    await this.nc.flush();
  }

  /** Calls `tell` at the end of the task's run. @returns what stops it */
  wait(idempotencyKey: string, tell: (event: RunEvent) => void): () => void {
    const tellers = this.waiting.get(idempotencyKey) ?? new Set();
    this.waiting.set(idempotencyKey, tellers.add(tell));
    return () => {
      tellers.delete(tell);
      if (tellers.size === 0 && this.waiting.get(idempotencyKey) === tellers) this.waiting.delete(idempotencyKey);
    };
  }

  private hear(data: Uint8Array): void {
    if (this.waiting.size === 0) return;
    const event = readMessage(RunEventSchema, data);
    if (!event) return;
    for (const tell of this.waiting.get(event.idempotencyKey) ?? []) tell(event);
  }
}
