import { defineScorer, fail, pass } from './scorer.js';

/** The run cost at most `max_usd` US dollars. */
export const cost = defineScorer<{ max_usd: number }>({
  type: 'cost',
  properties: { max_usd: { type: 'number', minimum: 0 } },
  required: ['max_usd'],
  judge: ({ costUsd }, { max_usd }) => {
    const spent = `cost $${costUsd.toFixed(6)} of $${max_usd}`;
    return costUsd <= max_usd ? pass(spent) : fail(spent);
  },
});
