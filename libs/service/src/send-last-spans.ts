import type { Logger, Telemetry } from '@switchyard/telemetry';
import { withDeadline } from './with-deadline.js';

/** The exporter would try for 10 s (its `timeoutMillis`); who stops a service should not wait for that. */
const LIMIT_MS = 2_000;

/** Never rejects: a receiver of traces that is gone must not keep a service from stopping. */
export async function sendLastSpans(telemetry: Telemetry, logger: Logger): Promise<void> {
  try {
    await withDeadline(telemetry.shutdown(), LIMIT_MS, `the receiver did not take them within ${LIMIT_MS} ms`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    logger.warn({ err: error }, `The last spans are lost: ${reason}. Is OTEL_EXPORTER_OTLP_ENDPOINT reachable?`);
  }
}
