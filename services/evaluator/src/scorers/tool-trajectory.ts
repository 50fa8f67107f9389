import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '@switchyard/contracts';
import { shorten } from '../suite/problems.js';
import { assign } from './assign.js';
import { defineScorer, fail, pass, type ToolCallMade, type Verdict } from './scorer.js';

type Mode = 'strict' | 'unordered' | 'subset' | 'superset';
type ArgumentMode = 'ignore' | 'exact' | 'subset';

interface Options {
  mode?: Mode;
  tools: (string | { tool: string; arguments?: JsonObject })[];
  arguments?: ArgumentMode;
}

interface Wanted {
  tool: string;
  arguments: JsonObject | undefined;
}

/**
 * The tools that the model asked for, against those expected. The modes have the meanings that agentevals gave them:
 * `strict` the same calls in the same order; `unordered` the same calls in any order; `subset` no call but the expected
 * ones (some may be missing); `superset` at least the expected ones (others may be there).
 *
 * Arguments of expected calls that name some are compared by `arguments`: `exact` (default) all of them equal, `subset`
 * those named equal, `ignore` not at all. The value is the share of calls that found their match.
 */
export const toolTrajectory = defineScorer<Options>({
  type: 'tool_trajectory',
  needsToolCalls: true,
  properties: {
    mode: { enum: ['strict', 'unordered', 'subset', 'superset'] },
    tools: {
      type: 'array',
      maxItems: 200,
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            properties: { tool: { type: 'string', minLength: 1 }, arguments: { type: 'object' } },
            required: ['tool'],
            additionalProperties: false,
          },
        ],
      },
    },
    arguments: { enum: ['ignore', 'exact', 'subset'] },
  },
  required: ['tools'],
  judge: ({ toolCalls }, options) => {
    const wanted = options.tools.map((item): Wanted =>
      typeof item === 'string' ? { tool: item, arguments: undefined } : { tool: item.tool, arguments: item.arguments },
    );
    const matches = (want: Wanted, made: ToolCallMade) => isMatch(want, made, options.arguments ?? 'exact');
    const mode = options.mode ?? 'strict';
    return mode === 'strict' ? inOrder(wanted, toolCalls, matches) : inAnyOrder(wanted, toolCalls, matches, mode);
  },
});

type Matches = (want: Wanted, made: ToolCallMade) => boolean;

function inOrder(wanted: readonly Wanted[], made: readonly ToolCallMade[], matches: Matches): Verdict {
  const steps = Math.max(wanted.length, made.length);
  const isRight = (step: number) => {
    const [want, call] = [wanted[step], made[step]];
    return want !== undefined && call !== undefined && matches(want, call);
  };
  const right = Array.from({ length: steps }, (_, step) => isRight(step));
  const first = right.indexOf(false);
  if (first === -1) return pass(`${steps} calls as expected`);
  const share = right.filter(Boolean).length / steps;
  return fail(`call ${first + 1}: expected ${describe(wanted[first])}, got ${describe(made[first])}`, share);
}

function inAnyOrder(wanted: readonly Wanted[], made: readonly ToolCallMade[], matches: Matches, mode: Mode): Verdict {
  const partner = assign(wanted.length, made.length, (want, call) => {
    const [one, other] = [wanted[want], made[call]];
    return one !== undefined && other !== undefined && matches(one, other);
  });
  const missing = mode === 'subset' ? [] : wanted.filter((_, index) => partner[index] === undefined);
  const taken = new Set(partner);
  const extra = mode === 'superset' ? [] : made.filter((_, index) => !taken.has(index));
  if (missing.length === 0 && extra.length === 0) return pass(`${made.length} calls as expected`);
  const matched = partner.filter((call) => call !== undefined).length;
  const reasons = [
    missing.length > 0 ? `missing ${missing.map(describe).join(', ')}` : '',
    extra.length > 0 ? `unexpected ${extra.map(describe).join(', ')}` : '',
  ];
  return fail(
    reasons.filter((reason) => reason !== '').join('; '),
    matched / (matched + missing.length + extra.length),
  );
}

function isMatch(want: Wanted, made: ToolCallMade, mode: ArgumentMode): boolean {
  if (want.tool !== made.tool) return false;
  if (want.arguments === undefined || mode === 'ignore') return true;
  return mode === 'exact'
    ? isDeepStrictEqual(want.arguments, made.arguments)
    : isWithin(want.arguments, made.arguments);
}

/** Every key that is wanted is there, with an equal value, at every depth of objects; lists must be equal. */
function isWithin(wanted: JsonValue, made: JsonValue | undefined): boolean {
  if (!isObject(wanted)) return isDeepStrictEqual(wanted, made);
  return isObject(made) && Object.entries(wanted).every(([key, value]) => isWithin(value, made[key]));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(call: Wanted | ToolCallMade | undefined): string {
  if (call === undefined) return 'no call';
  return call.arguments === undefined ? call.tool : `${call.tool}(${shorten(call.arguments, 80)})`;
}
