import { makeProgram, type Program, type ProgramCall } from './program.js';
import type { Random } from './random.js';

/** What a second message of a thread does while the run of an earlier one goes on. */
export const POLICIES = ['queue', 'reject', 'interrupt', 'steer'] as const;
export type Policy = (typeof POLICIES)[number];

/** A program with what people do to its run. */
export interface Scenario {
  program: Program;
  /** Milliseconds after its acceptance; never where absent. */
  cancelAfterMs?: number;
  /** Something is said to the run so long after its acceptance. */
  steerAfterMs?: number;
  /** The client of this run follows its stream. */
  watched: boolean;
  /** What the run and those that it calls may use at most. */
  tokens?: number;
  /** It is for the agent whose budget is small. */
  frugal?: true;
  /** When it has completed it is forked, at this of the places where it can be: 0 is the first, 1 the last. */
  forkAt?: number;
  /** It is a message of a thread. */
  message?: Message;
}

export interface Message {
  thread: string;
  /** From 0. */
  index: number;
  policy: Policy;
  /** Milliseconds after the acceptance of the one before. */
  afterMs: number;
}

export interface Shape {
  /** What is in a program, by weight. */
  calls: Readonly<Record<ProgramCall['do'], number>>;
  /** Share of scenarios that are cancelled, steered, limited in tokens, for the frugal agent, forked, and that are threads. */
  cancelled: number;
  steered: number;
  limited: number;
  frugal: number;
  forked: number;
  threads: number;
  /** Share of those that a client follows. */
  watched: number;
  /** Share of programs that are as long as can be; the others have two turns of two calls at most. */
  full: number;
  /** A schedule publishes a program every two seconds. */
  scheduled: boolean;
  /** Tools are told the call's idempotency key, as every build does that is not very old. */
  keys: boolean;
}

export const FULL_SHAPE: Shape = {
  calls: { pure: 4, idem: 3, irr: 3, slow: 1, gate: 1, sleep: 1, ask: 1, child: 1 },
  cancelled: 0.06,
  steered: 0.06,
  limited: 0.04,
  frugal: 0.03,
  forked: 0.05,
  threads: 0.05,
  watched: 0.2,
  full: 1,
  scheduled: true,
  keys: true,
};

/** All of it in a share of the programs: the long form is about many of them, and about failures between them. */
export const LONG_SHAPE: Shape = { ...FULL_SHAPE, watched: 0.1, full: 0.35 };

const FULL = { turns: 4, calls: 3 };
const SHORT = { turns: 2, calls: 2 };
const MESSAGES = [2, 5] as const;
/** Each turn of the model uses 15. */
const TOKENS = [10, 80] as const;

/** What one client does: a program, or the messages of one thread. */
export function makeScenarios(random: Random, id: string, shape: Shape): Scenario[] {
  if (random.chance(shape.threads)) return makeThread(random, id, shape);
  const program = makeProgram(random, id, { ...(random.chance(shape.full) ? FULL : SHORT), weights: shape.calls });
  const scenario = { program, watched: random.chance(shape.watched) };
  if (random.chance(shape.cancelled)) return [{ ...scenario, cancelAfterMs: random.between(0, 2_500) }];
  if (random.chance(shape.steered)) return [{ ...scenario, steerAfterMs: random.between(0, 1_500) }];
  if (random.chance(shape.limited)) return [{ ...scenario, tokens: random.between(...TOKENS) }];
  if (random.chance(shape.frugal)) return [{ ...scenario, frugal: true }];
  if (random.chance(shape.forked)) return [{ ...scenario, forkAt: random.next() }];
  return [scenario];
}

function makeThread(random: Random, thread: string, shape: Shape): Scenario[] {
  // A message joins only runs of its own agent: most messages of a thread are for one.
  const usual = random.pick(POLICIES);
  return Array.from({ length: random.between(...MESSAGES) }, (_, index) => {
    const policy = random.chance(0.7) ? usual : random.pick(POLICIES);
    const made = makeProgram(random, `${thread}m${index}`, { ...SHORT, weights: shape.calls });
    const program: Program = policy === 'steer' ? { ...made, joins: true } : made;
    const message = { thread, index, policy, afterMs: random.between(0, 1_500) };
    return { program, watched: random.chance(shape.watched), message };
  });
}

/**
 * The shape without these parts, for a build that does not know them: names of calls and of shares.
 *
 * @throws RangeError where there is no such part
 */
export function without(shape: Shape, parts: readonly string[]): Shape {
  const made = { ...shape, calls: { ...shape.calls } };
  for (const part of parts) {
    if (part in made.calls) made.calls[part as ProgramCall['do']] = 0;
    else if (part === 'scheduled' || part === 'keys') made[part] = false;
    else if (isShare(part)) made[part] = 0;
    else
      throw new RangeError(
        `There is no "${part}": take ${[...Object.keys(shape.calls), ...SHARES, 'scheduled', 'keys'].join(', ')}.`,
      );
  }
  return made;
}

const SHARES = ['cancelled', 'steered', 'limited', 'frugal', 'forked', 'threads', 'watched'] as const;

function isShare(part: string): part is (typeof SHARES)[number] {
  return SHARES.some((share) => share === part);
}
