import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { CancelNoticeSchema, ExecWorkSchema, RouterService, SwitchyardError, toValue } from '@switchyard/contracts';
import { asService, currentTraceId, startTelemetry, withSpan } from '@switchyard/telemetry';
import { waitFor } from '@switchyard/testing';
import { messagesIn, Scope, testBus, testService } from '../bus.fixture.js';
import type { Bus } from '../bus.js';
import { RpcClient } from '../rpc/rpc-client.js';
import { RpcServer } from '../rpc/rpc-server.js';
import { Rpc } from '../rpc/rpc.decorator.js';
import type { WorkContext } from '../work/work-context.js';
import { WorkServer } from '../work/work-server.js';
import { Work } from '../work/work.decorator.js';

const exporter = new InMemorySpanExporter();
const telemetries = ['caller', 'callee'].map((service) =>
  startTelemetry({ service, version: '1.0.0', processors: [new SimpleSpanProcessor(exporter)] }),
);
afterAll(() => Promise.all(telemetries.map((telemetry) => telemetry.shutdown())));

let failures = 0;

@Controller()
class Callee {
  @Rpc(RouterService.method.submit)
  async submit() {
    return await Promise.resolve({ runId: currentTraceId() });
  }

  @Work('exec', ExecWorkSchema)
  async work(_: unknown, context: WorkContext): Promise<void> {
    if (context.delivery <= failures) {
      const details = { retry_after_ms: 10 };
      throw new SwitchyardError('model.overloaded', 'Busy', { retryable: true, details });
    }
    await Promise.resolve();
  }
}

const scope = new Scope();
let caller: Bus;
let callee: Bus;
beforeEach(async () => {
  failures = 0;
  caller = await testBus(scope, { name: 'caller' });
  callee = await testBus(scope, { name: 'callee', prefix: caller.prefix, streams: false });
  exporter.reset();
});
afterEach(() => scope.close());

const inSpan = <T>(fn: () => Promise<T>) => asService('caller', () => withSpan('user asks', {}, fn));
const spans = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
const only = (name: string): ReadableSpan => {
  const [span, ...others] = spans(name);
  if (!span || others.length > 0) throw new Error(`${spans(name).length} spans are named ${name}`);
  return span;
};
const serviceOf = (span: ReadableSpan) => span.resource.attributes['service.name'];

describe('one trace', () => {
  it('goes through a request: the handler is a child of the call', async () => {
    await testService(scope, new RpcServer(callee, { service: 'router', version: '1.0.0' }), { controllers: [Callee] });
    await callee.nc.flush();
    const reply = await inSpan(() =>
      new RpcClient(caller).call(RouterService.method.submit, { agent: 'a', input: toValue(1) }),
    );
    const root = only('user asks');
    const [client, server] = ['caller', 'callee'].map((service) =>
      spans('switchyard.v1.RouterService/Submit').find((span) => serviceOf(span) === service),
    );
    expect(client?.parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    expect(server?.parentSpanContext?.spanId).toBe(client?.spanContext().spanId);
    expect(reply.runId).toBe(root.spanContext().traceId);
  });

  it('goes through a stream: the first delivery is a child of the publish, a later one its own with a link', async () => {
    failures = 1;
    const consumers = [
      { kind: 'exec' as const, durable: 'a', filters: [caller.subjects.exec('a', '*')], concurrency: 1 },
    ];
    await testService(scope, new WorkServer(callee, { consumers }), { controllers: [Callee] });
    await inSpan(() =>
      caller.publish(
        caller.subjects.exec('a', 'r'),
        ExecWorkSchema,
        { tenant: 't', runId: 'r', backend: 'a' },
        { msgId: 'r:1' },
      ),
    );
    await waitFor(async () => (await messagesIn(caller, 'EXEC')) === 0);
    await waitFor(() => spans('process exec').length === 2);

    const publish = only('publish exec');
    const [first, second] = spans('process exec');
    expect(publish.attributes).toMatchObject({ 'messaging.system': 'nats', 'messaging.message.id': 'r:1' });
    expect(first?.parentSpanContext?.spanId).toBe(publish.spanContext().spanId);
    expect(first?.attributes).toMatchObject({ 'error.type': 'model.overloaded', 'messaging.consumer.group.name': 'a' });
    expect(second?.parentSpanContext).toBeUndefined();
    expect(second?.spanContext().traceId).not.toBe(publish.spanContext().traceId);
    expect(second?.links[0]?.context).toMatchObject({
      traceId: publish.spanContext().traceId,
      spanId: publish.spanContext().spanId,
    });
    expect(serviceOf(publish)).toBe('caller');
    expect(second && serviceOf(second)).toBe('callee');
  });

  it('goes through core NATS without a span for each message', async () => {
    const seen: string[] = [];
    callee.subscribe(callee.subjects.cancel('*'), CancelNoticeSchema, () => void seen.push(currentTraceId()));
    await callee.nc.flush();
    await inSpan(async () => caller.emit(caller.subjects.cancel('r'), CancelNoticeSchema, { tenant: 't', runId: 'r' }));
    await waitFor(() => seen.length === 1);
    expect(seen).toEqual([only('user asks').spanContext().traceId]);
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});
