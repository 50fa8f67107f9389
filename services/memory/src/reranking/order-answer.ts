import type { JsonValue } from '@switchyard/contracts';
import { z } from 'zod';

const ANSWER = z.object({ order: z.array(z.string()) });

/**
 * Reads the order that a model gives. What it was not given is left out, what it forgot follows as it stood.
 *
 * @returns undefined where it names none of what it was given
 */
export function readOrder(
  output: JsonValue,
  given: readonly string[],
): { answer: string[]; dropped: number } | undefined {
  const read = ANSWER.safeParse(output);
  if (!read.success) return undefined;
  const named = [...new Set(read.data.order)].filter((id) => given.includes(id));
  if (named.length === 0) return undefined;
  const answer = [...named, ...given.filter((id) => !named.includes(id))];
  return { answer, dropped: read.data.order.length - named.length };
}
