import type { AgentDefinition, JsonValue } from '@switchyard/contracts';

/** Bytes of UTF-8 that a token stands for at least, in English and in JSON: too many tokens are found rather than too few. */
const BYTES_A_TOKEN = 3;
/** For what every request has besides: tools' names, and room to answer. */
const RESERVE = 1_000;

/**
 * Tokens that a task's first request needs, roughly: what the agent is told and what it is asked. What was said earlier in
 * its thread does not count, since it is compacted to what fits; nor do images and files, which are no text.
 */
export function contextNeed({ instructions }: Pick<AgentDefinition, 'instructions'>, input: JsonValue): number {
  const text = JSON.stringify(input, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith('data:') ? '' : value,
  );
  return Math.ceil((Buffer.byteLength(instructions) + Buffer.byteLength(text)) / BYTES_A_TOKEN) + RESERVE;
}
