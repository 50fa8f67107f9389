import type { WorkKind } from '../subjects.js';

/** One durable consumer of a work stream, and how this process works on it. */
export interface ConsumerSpec {
  kind: WorkKind;
  /** The consumer's name, shared by all processes that work on it: letters, digits, "_" and "-". */
  durable: string;
  /** Subjects, from `bus.subjects`; a work queue's consumers must not overlap. */
  filters: string[];
  /** Handlers that this process runs at once. */
  concurrency: number;
  /** Messages that all processes together have in hand: the limit of the whole fleet. Default 1,000. */
  maxAckPending?: number;
  /** How long the server waits for a sign of life before it delivers again. Default 30,000; heartbeats go at a third of it. */
  ackWaitMs?: number;
  /** Failed deliveries after which a message is a dead letter. Default 10. */
  maxDeliver?: number;
  /**
   * Whether an acknowledgement waits for the server's word that it has it. Default true. Where a message that comes again is found done at
   * no cost, that word is not worth a message and a wait each.
   */
  confirmsAcks?: boolean;
  /** What a new consumer begins with: all that the stream holds (default), or what comes from now on. */
  deliver?: 'all' | 'new';
}
