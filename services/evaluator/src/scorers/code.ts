import { RUN_JAVASCRIPT, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { outputJson } from './output-text.js';
import { readScore } from './read-score.js';
import { defineKind, noVerdict, type Judged, type Verdict } from './scorer.js';

interface Threshold {
  threshold?: number;
}

const threshold = { type: 'number', exclusiveMinimum: 0, maximum: 1 };
/** As the tool itself has it. */
const MAX_CODE = 100_000;

/**
 * A tool judges: it is called with `{input, output, expected, tool_calls}`, and gives `{score, reason}`, a number from 0 to
 * 1, or true or false. Passes from `threshold` on, by default 1. The tool is called once for a run, and again only where
 * nobody knows whether it was.
 */
export const tool = defineKind<Threshold & { tool: string }>({
  type: 'tool',
  properties: { tool: { type: 'string', minLength: 1, maxLength: 128 }, threshold },
  required: ['tool'],
  make: (name, options, expected) => ({
    by: 'tool',
    name,
    needsToolCalls: true,
    tool: options.tool,
    arguments: (run) => shownTo(run, expected),
    read: (text) => verdictOf(outputJson(text), text, options),
  }),
});

/**
 * JavaScript judges, in the sandbox in which agents' code runs: it finds `input` as `{input, output, expected,
 * tool_calls}`, and its last expression, or what it returns, is the score, as a tool's is.
 */
export const code = defineKind<Threshold & { code: string }>({
  type: 'code',
  properties: { code: { type: 'string', minLength: 1, maxLength: MAX_CODE }, threshold },
  required: ['code'],
  make: (name, options, expected) => ({
    by: 'tool',
    name,
    needsToolCalls: true,
    tool: RUN_JAVASCRIPT,
    arguments: (run) => ({ code: options.code, input: shownTo(run, expected) }),
    read: (text) => verdictOf(outputJson(afterConsole(text)), text, options),
  }),
});

function shownTo({ input, output, toolCalls }: Judged, expected: JsonValue | undefined): JsonObject {
  const calls = toolCalls.map(({ tool: called, arguments: given }) => ({ tool: called, arguments: given }));
  return { input, output, expected: expected ?? null, tool_calls: calls };
}

function verdictOf(value: JsonValue | undefined, text: string, { threshold: from = 1 }: Threshold): Verdict {
  const read = readScore(value);
  if (read === undefined) {
    return noVerdict('scorer.nonsense', `gave no score from 0 to 1 but ${shorten(text, 120)}`);
  }
  const { score, reason } = read;
  return { value: score, passed: score >= from, reason: reason || `scored ${score}` };
}

/** What code wrote to its console stands before its result. */
function afterConsole(text: string): string {
  const mark = '\n\nResult:\n';
  return text.startsWith('Console:\n') ? text.slice(text.lastIndexOf(mark) + mark.length) : text;
}
