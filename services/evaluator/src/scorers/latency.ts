import { defineScorer, fail, pass } from './scorer.js';

/** The run took at most `max_ms` from acceptance to its end. */
export const latency = defineScorer<{ max_ms: number }>({
  type: 'latency',
  properties: { max_ms: { type: 'number', exclusiveMinimum: 0 } },
  required: ['max_ms'],
  judge: ({ durationMs }, { max_ms }) => {
    const took = `took ${Math.round(durationMs)} ms of ${max_ms} ms`;
    return durationMs <= max_ms ? pass(took) : fail(took);
  },
});
