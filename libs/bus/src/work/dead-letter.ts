import {
  DeadLetterSchema,
  SwitchyardError,
  timestampFromMs,
  toErrorInfo,
  type MessageInitShape,
} from '@switchyard/contracts';
import type { Bus } from '../bus.js';
import type { DeadKind } from '../subjects.js';

export interface DeadLetterInput {
  kind: DeadKind;
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

/**
 * Puts on the stream DEAD what failed for good, with its cause; it can be looked at and redriven from there.
 *
 * @throws SwitchyardError as `Bus.publish`; then nothing was stored
 */
export async function deadLetter(bus: Bus, input: DeadLetterInput): Promise<void> {
  const subject = bus.subjects.dead(input.kind, input.id);
  const options = input.msgId === undefined ? {} : { msgId: input.msgId };
  const letter: MessageInitShape<typeof DeadLetterSchema> = {
    kind: input.kind,
    id: input.id,
    subject: input.subject,
    cause: toErrorInfo(input.cause),
    headers: { ...input.headers },
    deliveries: input.deliveries ?? 0,
    runId: input.runId ?? '',
    seq: input.seq ?? 0,
    time: timestampFromMs(Date.now()),
    ...readable(input.payload),
  };
  try {
    await bus.publish(subject, DeadLetterSchema, letter, options);
  } catch (error) {
    if (!(error instanceof SwitchyardError) || error.code !== 'bus.too_large') throw error;
    // Quoted, a payload near NATS' limit no longer fits: the cause is worth more than the body.
    const note = `[${input.payload.length} bytes were too large to keep here]`;
    await bus.publish(subject, DeadLetterSchema, { ...letter, payload: note, payloadBase64: false }, options);
  }
}

function readable(payload: Uint8Array | string): { payload: string; payloadBase64: boolean } {
  if (typeof payload === 'string') return { payload, payloadBase64: false };
  try {
    return { payload: utf8.decode(payload), payloadBase64: false };
  } catch {
    // Not UTF-8: kept as it is, in a form that JSON can hold.
    return { payload: Buffer.from(payload).toString('base64'), payloadBase64: true };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
