import {
  context,
  isSpanContextValid,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace-base';

/**
 * Spans of which nothing is kept, for where nobody gets to see them. They have ids, for logs and for whoever is called, and
 * leave it to those whether they record: what the caller decided goes on, and a new trace is one that may be recorded.
 */
export class UnrecordedTracer implements Tracer {
  readonly #ids = new RandomIdGenerator();

  startSpan(_name: string, options: SpanOptions = {}, active: Context = context.active()): Span {
    const parent = options.root ? undefined : trace.getSpanContext(active);
    const known = parent && isSpanContextValid(parent) ? parent : undefined;
    return trace.wrapSpanContext({
      traceId: known?.traceId ?? this.#ids.generateTraceId(),
      spanId: this.#ids.generateSpanId(),
      traceFlags: known?.traceFlags ?? TraceFlags.SAMPLED,
      ...(known?.traceState ? { traceState: known.traceState } : {}),
    });
  }

  startActiveSpan(): never {
    throw new Error('Spans are begun with `withSpan`.');
  }
}
