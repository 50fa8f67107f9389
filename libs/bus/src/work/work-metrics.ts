import { metrics } from '@switchyard/telemetry';

const labels = ['service', 'kind'] as const;

/** What the JetStream transport counts. */
export const workMetrics = {
  handled: metrics.counter('switchyard_work_handled_total', 'Messages whose handler returned.', labels),
  failed: metrics.counter('switchyard_work_failed_total', 'Deliveries whose handler threw.', [...labels, 'code']),
  dead: metrics.counter('switchyard_work_dead_lettered_total', 'Messages that became dead letters.', [
    ...labels,
    'code',
  ]),
  redelivered: metrics.counter('switchyard_work_redelivered_total', 'Deliveries after the first.', labels),
  seconds: metrics.histogram('switchyard_work_duration_seconds', 'Time in the handler.', labels),
  running: metrics.gauge('switchyard_work_running', 'Handlers at work.', labels),
};
