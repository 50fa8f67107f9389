import { argumentDifference, argumentShare, describeCall, type ArgumentMode } from './expected-call.js';
import { isInOrder, orderedAssignment } from './ordered-assignment.js';
import type { Step } from './partial-order.js';
import type { ToolCallMade, Verdict } from './scorer.js';

export interface PartialOptions {
  arguments: ArgumentMode;
  /** What each call costs that no step stands for. */
  extraCost: number;
  /** From which value on it passes. */
  threshold: number;
}

/** What a step is worth that was made before one that it must follow, or without it. */
const EARLY = 0.5;
/** A call to the right tool with no right argument is worth nothing, and still the one that was meant. */
const MEANT = 1e-6;
/** Calls that are paired with steps; a run with more has lost its way, and the rest are extra. */
const MAX_CALLS = 1_000;

/**
 * The calls of a run against steps in a partial order, with credit for what is right: each step is worth the share of its
 * arguments that the call paired with it has, half of that where it came too early; the value is their mean, less the cost
 * of calls that nobody expected. The pairs are those that are worth most. The reason names the first call that diverges.
 */
export function partialTrajectory(
  steps: readonly Step[],
  made: readonly ToolCallMade[],
  { arguments: mode, extraCost, threshold }: PartialOptions,
): Verdict {
  const shares = steps.map((step) =>
    made.slice(0, MAX_CALLS).map((call) => (step.tool === call.tool ? MEANT + argumentShare(step, call, mode) : 0)),
  );
  const worth = (step: number, call: number) => shares[step]?.[call] ?? 0;
  const after = steps.map((step) => step.after);
  const calls = Math.min(made.length, MAX_CALLS);
  const partner = orderedAssignment({ steps: steps.length, calls, after, worth, early: EARLY });
  const pairs = steps.map((step, index): Pair => {
    const call = partner[index];
    const share = call === undefined ? 0 : worth(index, call) - MEANT;
    return { step, call, share: share > 1 - MEANT ? 1 : share, inOrder: isInOrder(index, partner, step.after) };
  });
  const extra = made.length - pairs.filter(({ call }) => call !== undefined).length;
  const gained = pairs.reduce((sum, { share, inOrder }) => sum + share * (inOrder ? 1 : EARLY), 0);
  const value = Math.min(1, Math.max(0, (steps.length === 0 ? 1 : gained / steps.length) - extraCost * extra));
  const passed = value >= threshold;
  const divergence = firstDivergence(pairs, made, mode);
  if (divergence === undefined) return { value, passed, reason: `${made.length} calls as expected` };
  return { value, passed, reason: [divergence, ...summary(pairs, extra)].join('; ') };
}

interface Pair {
  step: Step;
  call: number | undefined;
  /** Of the arguments, 0 to 1. */
  share: number;
  inOrder: boolean;
}

/** Where the run first left the steps: the call, the step that was expected, and what differs. */
function firstDivergence(
  pairs: readonly Pair[],
  made: readonly ToolCallMade[],
  mode: ArgumentMode,
): string | undefined {
  const pairOf = new Map(pairs.map((pair) => [pair.call, pair]));
  for (const [index, call] of made.entries()) {
    const pair = pairOf.get(index);
    const at = `diverges at call ${index + 1}, ${describeCall(call)}`;
    if (pair === undefined) return `${at}: ${nextStep(pairs, index)}`;
    if (!pair.inOrder) return `${at}: ${nameOf(pair.step)} must come after ${waitingFor(pair, pairs)}`;
    if (pair.share < 1) return `${at}: for ${nameOf(pair.step)}, ${argumentDifference(pair.step, call, mode)}`;
  }
  const missing = pairs.find(({ call }) => call === undefined);
  if (missing === undefined) return undefined;
  return `diverges after ${made.length === 0 ? 'no call' : `call ${made.length}, the last`}: expected ${nameOf(missing.step)}`;
}

/** Steps that could have come at a place: not made before it, and all that they must follow was. */
function nextStep(pairs: readonly Pair[], index: number): string {
  const isMade = (pair: Pair | undefined) => pair?.call !== undefined && pair.call < index;
  const next = pairs.find((pair) => !isMade(pair) && pair.step.after.every((before) => isMade(pairs[before])));
  return next === undefined ? 'expected no further call' : `expected ${nameOf(next.step)}`;
}

function waitingFor({ step, call }: Pair, pairs: readonly Pair[]): string {
  return step.after
    .flatMap((before) => pairs[before] ?? [])
    .filter((other) => other.call === undefined || other.call > (call ?? 0))
    .map((other) => `${nameOf(other.step)}${other.call === undefined ? ', which is missing' : ''}`)
    .join(' and ');
}

function summary(pairs: readonly Pair[], extra: number): string[] {
  const missing = pairs.filter(({ call }) => call === undefined).map(({ step }) => nameOf(step));
  const early = pairs.filter(({ call, inOrder }) => call !== undefined && !inOrder).length;
  return [
    ...(missing.length > 0 ? [`missing ${missing.join(', ')}`] : []),
    ...(early > 0 ? [`${early} too early`] : []),
    ...(extra > 0 ? [`${extra} not expected`] : []),
  ];
}

function nameOf(step: Step): string {
  return step.id === undefined ? describeCall(step) : `step "${step.id}" (${describeCall(step)})`;
}
