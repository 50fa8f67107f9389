import {
  context,
  createContextKey,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { ERROR_TYPE } from './attributes.js';
import { UnrecordedTracer } from './unrecorded-tracer.js';

export interface TelemetryOptions {
  /** The service's name in traces: "switchyard-router". In one process each service has its own provider. */
  service: string;
  version: string;
  /** Base URL of an OTLP/HTTP receiver; spans go to `<endpoint>/v1/traces`. Absent: nothing is exported. */
  otlpEndpoint?: string | undefined;
  /** Where spans go besides; tests look at them here. */
  processors?: SpanProcessor[];
}

export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what is still held back. */
  shutdown(): Promise<void>;
}

export interface SpanOptions {
  attributes?: Attributes;
  kind?: SpanKind;
  /** The context to be a child of; the active one where absent. */
  parent?: Context;
  links?: Link[];
  /** Begins a trace of its own. */
  root?: boolean;
}

const SERVICE = createContextKey('switchyard.service');
const tracers = new Map<string, Tracer>();
let prepared = false;

/**
 * Starts tracing for one service. Trace ids exist whether or not its spans are exported.
 * Several services may share a process.
 */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  prepareGlobals();
  const processors = [...(options.processors ?? [])];
  if (options.otlpEndpoint) {
    const url = `${options.otlpEndpoint.replace(/\/+$/, '')}/v1/traces`;
    processors.push(new BatchSpanProcessor(new OTLPTraceExporter({ url }), { scheduledDelayMillis: 1_000 }));
  }
  if (processors.length === 0) {
    const unrecorded = new UnrecordedTracer();
    tracers.set(options.service, unrecorded);
    return { tracer: unrecorded, shutdown: () => Promise.resolve() };
  }
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ [ATTR_SERVICE_NAME]: options.service, [ATTR_SERVICE_VERSION]: options.version }),
    spanProcessors: processors,
  });
  const tracer = provider.getTracer('switchyard', options.version);
  tracers.set(options.service, tracer);
  return { tracer, shutdown: () => provider.shutdown() };
}

/** Runs `fn` as this service: spans begun inside are its spans. */
export function asService<T>(service: string, fn: () => T, base: Context = context.active()): T {
  return context.with(base.setValue(SERVICE, service), fn);
}

/** Runs `fn` in a span of the current service; a throw is recorded and goes on. */
export function withSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => Promise<T>): Promise<T> {
  const parent = options.parent ?? context.active();
  const span = tracerOf(parent).startSpan(
    name,
    {
      kind: options.kind ?? SpanKind.INTERNAL,
      attributes: options.attributes ?? {},
      links: options.links ?? [],
      root: options.root ?? false,
    },
    parent,
  );
  return context.with(trace.setSpan(parent, span), async () => {
    try {
      return await fn(span);
    } catch (error) {
      recordError(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed. The code is for programs, the message for people; neither holds a secret. */
export function recordError(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'error';
  span.setAttribute(ERROR_TYPE, code);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

function tracerOf(active: Context): Tracer {
  prepareGlobals();
  const service = active.getValue(SERVICE);
  const tracer = typeof service === 'string' ? tracers.get(service) : tracers.values().next().value;
  return tracer ?? trace.getTracer('switchyard');
}

function prepareGlobals(): void {
  if (prepared) return;
  prepared = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
}
