import type { Problem } from '../suite/problems.js';
import { assign } from './assign.js';
import { describeCall, isMatch, type ArgumentMode, type Wanted } from './expected-call.js';
import { orderProblems, readSteps, type WrittenStep } from './partial-order.js';
import { partialTrajectory } from './partial-trajectory.js';
import { defineScorer, fail, pass, type ToolCallMade, type Verdict } from './scorer.js';

type Mode = 'strict' | 'unordered' | 'subset' | 'superset' | 'partial';

interface Options {
  mode?: Mode;
  tools: WrittenStep[];
  arguments?: ArgumentMode;
  extra_cost?: number;
  threshold?: number;
}

const DEFAULT_EXTRA_COST = 0.1;
const id = { type: 'string', minLength: 1, maxLength: 64 };

/**
 * The tools that the model asked for, against those expected. The modes have the meanings that agentevals gave them:
 * `strict` the same calls in the same order; `unordered` the same calls in any order; `subset` no call but the expected
 * ones (some may be missing); `superset` at least the expected ones (others may be there).
 *
 * Arguments of expected calls that name some are compared by `arguments`: `exact` (default) all of them equal, `subset`
 * those named equal, `ignore` not at all. The value is the share of calls that found their match.
 *
 * `partial` gives credit for what is right of steps in a partial order (`id`, `after`): see partial-trajectory.ts.
 */
export const toolTrajectory = defineScorer<Options>({
  type: 'tool_trajectory',
  needsToolCalls: true,
  properties: {
    mode: { enum: ['strict', 'unordered', 'subset', 'superset', 'partial'] },
    tools: {
      type: 'array',
      maxItems: 200,
      items: {
        anyOf: [
          { type: 'string', minLength: 1 },
          {
            type: 'object',
            properties: {
              id,
              tool: { type: 'string', minLength: 1 },
              arguments: { type: 'object' },
              after: { type: 'array', maxItems: 200, uniqueItems: true, items: id },
            },
            required: ['tool'],
            additionalProperties: false,
          },
        ],
      },
    },
    arguments: { enum: ['ignore', 'exact', 'subset'] },
    extra_cost: { type: 'number', minimum: 0, maximum: 1 },
    threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  },
  required: ['tools'],
  check: (options) => [...onlyPartial(options), ...orderProblems(options.tools)],
  judge: ({ toolCalls }, options) => {
    const wanted = readSteps(options.tools);
    const compared = options.arguments ?? 'exact';
    const mode = options.mode ?? 'strict';
    if (mode === 'partial') {
      const { extra_cost: extraCost = DEFAULT_EXTRA_COST, threshold = 1 } = options;
      return partialTrajectory(wanted, toolCalls, { arguments: compared, extraCost, threshold });
    }
    const matches = (want: Wanted, made: ToolCallMade) => isMatch(want, made, compared);
    return mode === 'strict' ? inOrder(wanted, toolCalls, matches) : inAnyOrder(wanted, toolCalls, matches, mode);
  },
});

/** Options that other modes have no use for would be silently without effect. */
function onlyPartial({ mode, tools, extra_cost, threshold }: Options): Problem[] {
  if (mode === 'partial') return [];
  const ordered = tools.findIndex((step) => typeof step !== 'string' && step.after !== undefined);
  const paths = [
    ...(extra_cost === undefined ? [] : ['extra_cost']),
    ...(threshold === undefined ? [] : ['threshold']),
    ...(ordered === -1 ? [] : [`tools[${ordered}].after`]),
  ];
  return paths.map((path) => ({ path, reason: 'is for the mode partial only' }));
}

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
  return fail(`call ${first + 1}: expected ${describeCall(wanted[first])}, got ${describeCall(made[first])}`, share);
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
    missing.length > 0 ? `missing ${missing.map(describeCall).join(', ')}` : '',
    extra.length > 0 ? `unexpected ${extra.map(describeCall).join(', ')}` : '',
  ];
  return fail(
    reasons.filter((reason) => reason !== '').join('; '),
    matched / (matched + missing.length + extra.length),
  );
}
