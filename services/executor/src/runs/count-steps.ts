import type { RunEvent } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';

/** Counts what was journaled, by its type. */
export function countSteps(events: readonly RunEvent[]): void {
  const counter = metrics.counter('switchyard_executor_events_total', 'Journal entries that executors wrote.', [
    'type',
  ]);
  for (const event of events) counter.inc({ type: event.body.case ?? '' });
}
