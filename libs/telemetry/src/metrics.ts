import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The process' metrics in Prometheus form. Services of one process share them; where it matters, a label says whose.
 * Names begin with `switchyard_`; asking again for a name gives the same metric.
 */
export const metrics = {
  registry: new Registry(),

  counter<L extends string>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return (
      existing<Counter<L>>(name) ?? new Counter({ name, help, labelNames: [...labels], registers: [metrics.registry] })
    );
  },

  gauge<L extends string>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return (
      existing<Gauge<L>>(name) ?? new Gauge({ name, help, labelNames: [...labels], registers: [metrics.registry] })
    );
  },

  /** @param buckets upper bounds in seconds */
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[] = [],
    buckets: readonly number[] = SECONDS,
  ): Histogram<L> {
    return (
      existing<Histogram<L>>(name) ??
      new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers: [metrics.registry] })
    );
  },

  /** The text that /metrics answers. */
  async text(): Promise<string> {
    collectProcessMetrics();
    return metrics.registry.metrics();
  },

  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};

/** From a bus hop (half a millisecond) to a slow model turn. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

let collecting = false;
function collectProcessMetrics(): void {
  if (collecting) return;
  collecting = true;
  collectDefaultMetrics({ register: metrics.registry });
}

function existing<T>(name: string): T | undefined {
  return metrics.registry.getSingleMetric(name) as T | undefined;
}
