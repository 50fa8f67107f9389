import { SwitchyardError } from '@switchyard/contracts';
import { backoffMs } from './backoff.js';

/** What becomes of a message whose handler failed. */
export type Settlement = { action: 'retry'; delayMs: number } | { action: 'dead'; reason: 'terminal' | 'exhausted' };

export interface Failure {
  error: unknown;
  /** 1 at the first. */
  delivery: number;
  maxDeliver: number;
  /** The process stops and aborted the handler. */
  stopping: boolean;
}

/**
 * Deliveries that may end without a verdict (the process died, or handed the message back while it stopped) besides those
 * that failed. A message that ends every process it meets becomes a dead letter after these.
 */
const WITHOUT_VERDICT = 5;

export function settle({ error, delivery, maxDeliver, stopping }: Failure): Settlement {
  if (error instanceof SwitchyardError && !error.retryable && !stopping) return { action: 'dead', reason: 'terminal' };
  // Another process takes it at once; being stopped is no fault of the message.
  if (stopping) return { action: 'retry', delayMs: 0 };
  if (delivery >= maxDeliver) return { action: 'dead', reason: 'exhausted' };
  return { action: 'retry', delayMs: retryAfter(error) ?? backoffMs(delivery) };
}

/** Whether a message comes too often to be tried once more. */
export function isExhausted(delivery: number, maxDeliver: number): boolean {
  return delivery > maxDeliver + WITHOUT_VERDICT;
}

/**
 * Whether the database is away, which is the fault of no message. However long it takes, such a message is neither a dead
 * letter nor handed from process to process: they all wait for the same server.
 */
export function isOutage(error: unknown): boolean {
  return error instanceof SwitchyardError && error.retryable && error.code.startsWith('database.');
}

/** An error may say when it makes sense to try again: `details.retry_after_ms`. */
function retryAfter(error: unknown): number | undefined {
  if (!(error instanceof SwitchyardError)) return undefined;
  const value = error.details['retry_after_ms'];
  return typeof value === 'number' && value >= 0 ? value : undefined;
}
