import { context, propagation, trace, type Context } from '@opentelemetry/api';

/** Writes the active trace context as W3C headers (`traceparent`, `tracestate`; lower case: NATS headers are case-sensitive). */
export function injectTrace(set: (name: string, value: string) => void, from: Context = context.active()): void {
  propagation.inject(from, undefined, { set: (_carrier, name, value) => set(name, value) });
}

/** The context that these headers carry, on top of `base`. */
export function extractTrace(get: (name: string) => string | undefined, base: Context = context.active()): Context {
  return propagation.extract(base, undefined, {
    get: (_carrier, name) => get(name),
    keys: () => ['traceparent', 'tracestate'],
  });
}

/** 32 hex digits, or '' outside any span. */
export function currentTraceId(from: Context = context.active()): string {
  return trace.getSpanContext(from)?.traceId ?? '';
}
