/** Bytes of one answer as JSON, where a tool says nothing else: about 12,000 tokens of a model's. */
export const MAX_ANSWER_BYTES = 48 * 1_024;

/** An answer that is a failure, as agents of MCP read it. The browser's own interface would drop the words of an error that is thrown. */
export interface FailedAnswer {
  isError: true;
  content: [{ type: 'text'; text: string }];
}

export function failedAnswer(text: string): FailedAnswer {
  return { isError: true, content: [{ type: 'text', text }] };
}

/** What a tool gave, as JSON that an agent can be given: without members that say nothing, and not more than it may be. */
export function answerOf(name: string, given: unknown, maxBytes: number): unknown {
  if (given === undefined) return { done: true };
  let text: string | undefined;
  try {
    text = typeof given === 'string' ? given : JSON.stringify(given, compact);
  } catch (error) {
    return failedAnswer(`"${name}" ran, and its answer is no JSON: ${String(error)}`);
  }
  if (text === undefined) return failedAnswer(`"${name}" ran, and its answer is no JSON.`);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxBytes) {
    return failedAnswer(
      `"${name}" ran, and its answer of ${bytes} bytes is more than the ${maxBytes} that it may be. Ask for less, or for a part of it.`,
    );
  }
  return typeof given === 'string' ? given : JSON.parse(text);
}

/** null and empty texts say nothing that their absence does not. Places of a list are kept. */
function compact(this: unknown, _key: string, value: unknown): unknown {
  return !Array.isArray(this) && (value === null || value === '') ? undefined : value;
}
