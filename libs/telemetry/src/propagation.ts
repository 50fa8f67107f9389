import { context, propagation, ROOT_CONTEXT, trace, type Context, type Link } from '@opentelemetry/api';

/** Writes the active trace context as W3C headers (`traceparent`, `tracestate`; lower case: NATS headers are case-sensitive). */
export function injectTrace(set: (name: string, value: string) => void, from: Context = context.active()): void {
  propagation.inject(from, undefined, { set: (_carrier, name, value) => set(name, value) });
}

/** The active trace context as such headers; none outside any span. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  injectTrace((name, value) => {
    headers[name] = value;
  });
  return headers;
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

/** The active span as a W3C `traceparent`, to be stored with what it caused; '' outside any span. */
export function currentTraceparent(from: Context = context.active()): string {
  const headers = new Map<string, string>();
  injectTrace((name, value) => headers.set(name, value), from);
  return headers.get('traceparent') ?? '';
}

/** Links to the span of a stored `traceparent`; none where it holds none. */
export function linksTo(traceparent: string): Link[] {
  const span = trace.getSpanContext(
    extractTrace((name) => (name === 'traceparent' ? traceparent : undefined), ROOT_CONTEXT),
  );
  return span ? [{ context: span }] : [];
}
