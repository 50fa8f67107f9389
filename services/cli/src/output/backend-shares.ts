import type { RunEvent } from '@switchyard/contracts';
import { cost, count } from './format.js';

/** What each backend did in a run, by the turns that it answered: `a  1 turn, 10 → 5 tokens, $0.01`. */
export function backendShares(events: readonly RunEvent[]): string[] {
  const shares = new Map<string, { turns: number; input: number; output: number; costUsd: number }>();
  for (const { body } of events) {
    if (body.case !== 'modelTurnCompleted') continue;
    const { backend, usage, costUsd } = body.value;
    const share = shares.get(backend) ?? { turns: 0, input: 0, output: 0, costUsd: 0 };
    share.turns += 1;
    share.input += usage?.inputTokens ?? 0;
    share.output += usage?.outputTokens ?? 0;
    share.costUsd += costUsd;
    shares.set(backend, share);
  }
  return [...shares].map(
    ([backend, { turns, input, output, costUsd }]) =>
      `${backend}  ${count(turns, 'turn')}, ${input} → ${output} tokens, ${cost(costUsd)}`,
  );
}
