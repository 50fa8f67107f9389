import { isDeepStrictEqual } from 'node:util';
import type { CanonicalMessage, JsonObject, ToolDefinition, ToolResultPart } from '@switchyard/models';
import { textOf, toolResultsOf } from '@switchyard/models';

/** A call that was made, and what came of it. */
export interface SettledCall {
  result: ToolResultPart;
  /** Undefined for a result whose call the history does not show. */
  arguments: JsonObject | undefined;
}

/** A call that was refused for its arguments is made again, as models do when they are told why: so often for each tool. */
const TRIES_AGAIN = 2;

/** As the platform shows a text from outside. */
const MARKED = /<untrusted>\n([\s\S]*?)\n<\/untrusted>/g;

/** Says in the platform's words that the arguments were wrong. */
const REFUSED = /arguments (?:do not fit the tool's schema|are not one JSON object)/;

/** The results among these messages, without the refusals after which the call is made again. */
export function settledCalls(messages: readonly CanonicalMessage[]): SettledCall[] {
  const calls = new Map(
    messages.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'tool_call' ? [[part.id, part]] : []))),
  );
  const refusals = new Map<string, number>();
  const settled: SettledCall[] = [];
  for (const result of messages.flatMap(toolResultsOf).map(withoutMark)) {
    const before = refusals.get(result.name) ?? 0;
    const refused = REFUSED.test(textOf(result.parts));
    if (refused) refusals.set(result.name, before + 1);
    if (!refused || before >= TRIES_AGAIN) settled.push({ result, arguments: calls.get(result.callId)?.arguments });
  }
  return settled;
}

/** A result as its tool gave it, without the platform's mark of what is from outside. */
function withoutMark(result: ToolResultPart): ToolResultPart {
  const parts = result.parts.map((part) =>
    part.type === 'text' ? { ...part, text: part.text.replace(MARKED, '$1') } : part,
  );
  return { ...result, parts };
}

/** The results of planned calls: of the call with the same arguments, or else the next of the same tool. */
export function matchResults<S extends { tool: ToolDefinition; arguments: JsonObject }>(
  planned: readonly S[],
  settled: readonly SettledCall[],
): Map<S, ToolResultPart> {
  const matched = new Map<S, ToolResultPart>();
  const left = new Set(settled);
  const take = (step: S, fits: (each: SettledCall) => boolean): void => {
    const found = [...left].find((each) => each.result.name === step.tool.name && fits(each));
    if (matched.has(step) || found === undefined) return;
    matched.set(step, found.result);
    left.delete(found);
  };
  for (const step of planned) take(step, ({ arguments: args }) => isDeepStrictEqual(args, step.arguments));
  for (const step of planned) take(step, () => true);
  return matched;
}
