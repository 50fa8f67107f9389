export * from './attributes.js';
export * from './logger.js';
export * from './metrics.js';
export * from './propagation.js';
export * from './tracing.js';
export { context, SpanKind, trace, type Attributes, type Context, type Link, type Span } from '@opentelemetry/api';
