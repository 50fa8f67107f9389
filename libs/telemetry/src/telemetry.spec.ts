import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  asService,
  createLogger,
  currentTraceId,
  extractTrace,
  injectTrace,
  metrics,
  startTelemetry,
  withSpan,
} from './index.js';

const exporter = new InMemorySpanExporter();
const processors = () => [new SimpleSpanProcessor(exporter)];
const one = startTelemetry({ service: 'one', version: '1.0.0', processors: processors() });
const two = startTelemetry({ service: 'two', version: '1.0.0', processors: processors() });

beforeEach(() => exporter.reset());
afterAll(() => Promise.all([one.shutdown(), two.shutdown()]));

describe('tracing', () => {
  it('joins spans of two services over headers into one trace', async () => {
    const headers = new Map<string, string>();
    await asService('one', () =>
      withSpan('send', {}, async () => injectTrace((name, value) => headers.set(name, value))),
    );
    const parent = extractTrace((name) => headers.get(name));
    await asService('two', () => withSpan('receive', {}, async () => undefined), parent);

    const [send, receive] = exporter.getFinishedSpans();
    expect(receive?.spanContext().traceId).toBe(send?.spanContext().traceId);
    expect(receive?.parentSpanContext?.spanId).toBe(send?.spanContext().spanId);
    expect([send, receive].map((span) => span?.resource.attributes['service.name'])).toEqual(['one', 'two']);
    expect([...headers.keys()]).toContain('traceparent');
  });

  it('records a failure with its code and lets it go on', async () => {
    const failure = Object.assign(new Error('no such agent'), { code: 'agent.not_found' });
    await expect(withSpan('fail', {}, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(exporter.getFinishedSpans()[0]).toMatchObject({
      attributes: { 'error.type': 'agent.not_found' },
      status: { code: 2 },
    });
  });

  it('goes through a service whose spans nobody gets to see', async () => {
    startTelemetry({ service: 'unseen', version: '1.0.0' });
    await asService('one', () =>
      withSpan('send', {}, () =>
        asService('unseen', () =>
          withSpan('pass on', {}, () => asService('two', () => withSpan('receive', {}, async () => undefined))),
        ),
      ),
    );
    const [receive, send] = exporter.getFinishedSpans();
    expect([send?.name, receive?.name]).toEqual(['send', 'receive']);
    expect(receive?.spanContext().traceId).toBe(send?.spanContext().traceId);
    await asService('unseen', () =>
      withSpan('begin', {}, async () => expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/)),
    );
  });

  it('has a trace id inside a span and none outside', async () => {
    expect(currentTraceId()).toBe('');
    await withSpan('inside', {}, async () => expect(currentTraceId()).toMatch(/^[0-9a-f]{32}$/));
  });
});

describe('logger', () => {
  it('writes the trace and never a secret', async () => {
    const lines: string[] = [];
    const logger = createLogger('test', {
      level: 'info',
      destination: { write: (line: string) => void lines.push(line) },
    });
    await withSpan('log', {}, async () =>
      logger.info({ headers: { authorization: 'Bearer sy_abc' }, apiKey: 'sk-1' }, 'asked'),
    );
    const line: unknown = JSON.parse(lines[0] ?? '');
    expect(line).toMatchObject({
      level: 'info',
      service: 'test',
      msg: 'asked',
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(lines[0]).not.toMatch(/sy_abc|sk-1/);
  });
});

describe('metrics', () => {
  it('gives the same metric for the same name and prints it', async () => {
    metrics.counter('switchyard_test_total', 'A test.', ['kind']).inc({ kind: 'a' });
    metrics.counter('switchyard_test_total', 'A test.', ['kind']).inc({ kind: 'a' });
    expect(await metrics.text()).toContain('switchyard_test_total{kind="a"} 2');
  });
});
