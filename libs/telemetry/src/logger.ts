import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { isSpanContextValid, trace } from '@opentelemetry/api';

export type Logger = PinoLogger;

export interface LoggerOptions {
  level?: string;
  destination?: DestinationStream;
}

/** Keys whose values are never written, wherever they stand in what is logged. */
const SECRET_KEYS = ['authorization', 'apiKey', 'api_key', 'secret', 'password', 'token', 'x-api-key'];
const redact = {
  paths: SECRET_KEYS.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`]),
  censor: '[redacted]',
};

let destination: DestinationStream | undefined;

/** Sends what this process logs from now on to a file instead of standard error; for a program whose terminal is a person's. */
export function logTo(file: string): void {
  destination = pino.destination({ dest: file, mkdir: true, sync: true });
}

/** JSON lines on standard error, each with the service's name and the active trace. */
export function createLogger(service: string, options: LoggerOptions = {}): Logger {
  const level = options.level ?? process.env['SWITCHYARD_LOG_LEVEL'] ?? 'info';
  return pino(
    {
      level,
      redact,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceFields,
    },
    options.destination ?? (destination ??= pino.destination({ dest: 2, sync: true })),
  );
}

function traceFields(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
}
