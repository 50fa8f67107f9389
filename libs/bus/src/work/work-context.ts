import type { WorkKind } from '../subjects.js';

/** What a handler of work knows of the message besides its content; the second argument of every `@Work` handler. */
export interface WorkContext {
  readonly kind: WorkKind;
  readonly subject: string;
  /** Header names as they were sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** 1 at the first delivery; one more for every time that it was tried again, here or elsewhere. */
  readonly delivery: number;
  /** When the stream stored the message. */
  readonly timestamp: Date;
  readonly streamSeq: number;
  /** `Nats-Msg-Id`, where the publisher gave one. */
  readonly msgId: string | undefined;
  /** Aborted when the process stops and the grace is over: end quickly, the message is handed back. */
  readonly signal: AbortSignal;
  /** The journal's last seq that the handler has read; it stands in the dead letter, should this end as one. */
  lastRead(seq: number): void;
}
