import { afterEach, describe, expect, it } from '@jest/globals';
import { startTelemetry, withSpan, type Telemetry, type TelemetryOptions } from '@switchyard/telemetry';
import { startEvaluator, suiteOf, type EvaluatorFixture } from './evaluator.fixture.js';

type Processor = NonNullable<TelemetryOptions['processors']>[number];
type EndedSpan = Parameters<Processor['onEnd']>[0];

let fixture: EvaluatorFixture | undefined;
let telemetry: Telemetry | undefined;
afterEach(async () => {
  await fixture?.stop();
  await telemetry?.shutdown();
});

describe('an evaluation in traces', () => {
  it('gives every attempt a trace of its own, linked to the one that started the evaluation', async () => {
    const spans: EndedSpan[] = [];
    const evaluator = (fixture = await startEvaluator({ window: 1 }));
    // From here on the evaluator's spans come here, whichever replica makes them.
    telemetry = startTelemetry({ service: 'switchyard-evaluator', version: '0', processors: [collector(spans)] });
    let starting = '';
    const { id } = await withSpan('start', {}, (span) => {
      starting = span.spanContext().traceId;
      return evaluator.start(suiteOf(3));
    });
    await evaluator.completed(id);

    const attempts = spans.filter(({ name }) => name === 'attempt');
    expect(attempts).toHaveLength(3);
    for (const { parentSpanContext, attributes, links } of attempts) {
      expect(parentSpanContext).toBeUndefined();
      expect(attributes).toMatchObject({ 'switchyard.evaluation.id': id });
      expect(links.map(({ context }) => context.traceId)).toEqual([starting]);
    }
    const own = new Set(attempts.map((span) => span.spanContext().traceId));
    expect([own.size, own.has(starting)]).toEqual([3, false]);
    // The task carries its attempt's trace, and so does all that becomes of it.
    expect(new Set(evaluator.router.traces)).toEqual(own);
  });
});

function collector(spans: EndedSpan[]): Processor {
  return {
    onStart: () => undefined,
    onEnd: (span) => void spans.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}
