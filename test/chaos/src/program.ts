import type { Random } from './random.js';

/** A tool of the witness, by its effect class; `gate` is irreversible and waits for a person. */
export const EFFECT_TOOLS = ['pure', 'idem', 'irr', 'slow', 'gate'] as const;
export type EffectTool = (typeof EFFECT_TOOLS)[number];

export type ProgramCall =
  | { do: EffectTool; step: string }
  | { do: 'sleep'; step: string; seconds: number }
  | { do: 'ask'; step: string }
  | { do: 'child'; step: string; program: Program };

/** What the model will do, turn by turn; it is the task's input, so that the model needs to remember nothing. */
export interface Program {
  /** Unique over all runs of the verifier. */
  id: string;
  turns: ProgramCall[][];
}

/** A program with what people do to its run. */
export interface Scenario {
  program: Program;
  /** Milliseconds after its acceptance; never where absent. */
  cancelAfterMs?: number;
  /** Something is said to the run so long after its acceptance. */
  steerAfterMs?: number;
  /** The client of this run follows its stream. */
  watched: boolean;
}

export interface Shape {
  /** What is in a program, by weight. */
  calls: Readonly<Record<ProgramCall['do'], number>>;
  /** Share of scenarios that are cancelled, steered, watched. */
  cancelled: number;
  steered: number;
  watched: number;
  /** Share of programs that are as long as can be; the others have two turns of two calls at most. Default: all. */
  full?: number;
}

export const FULL_SHAPE: Shape = {
  calls: { pure: 4, idem: 3, irr: 3, slow: 1, gate: 1, sleep: 1, ask: 1, child: 1 },
  cancelled: 0.06,
  steered: 0.06,
  watched: 0.2,
};

/** All of it in a share of the programs: the long form is about many of them, and about failures between them. */
export const LONG_SHAPE: Shape = { ...FULL_SHAPE, watched: 0.1, full: 0.35 };

const MAX_TURNS = 4;
const MAX_CALLS = 3;
const MAX_DEPTH = 2;
const SHORT = 2;

export function makeScenario(random: Random, id: string, shape: Shape): Scenario {
  const most = random.chance(shape.full ?? 1) ? { turns: MAX_TURNS, calls: MAX_CALLS } : { turns: SHORT, calls: SHORT };
  const program = makeProgram(random, id, { ...most, shape }, 0);
  const watched = random.chance(shape.watched);
  if (random.chance(shape.cancelled)) return { program, watched, cancelAfterMs: random.between(0, 2_500) };
  if (random.chance(shape.steered)) return { program, watched, steerAfterMs: random.between(0, 1_500) };
  return { program, watched };
}

/** What a program may have at most. */
interface Most {
  turns: number;
  calls: number;
  shape: Shape;
}

function makeProgram(random: Random, id: string, most: Most, depth: number): Program {
  const least = depth === 0 ? 1 : 0;
  const turns = Array.from({ length: random.between(least, Math.max(least, most.turns - depth)) }, (_, turn) =>
    Array.from({ length: random.between(1, most.calls) }, (__, call) =>
      makeCall(random, `${id}.${turn}.${call}`, most, depth),
    ),
  );
  return { id, turns };
}

function makeCall(random: Random, step: string, most: Most, depth: number): ProgramCall {
  const { calls } = most.shape;
  const weights = depth >= MAX_DEPTH ? { ...calls, child: 0 } : calls;
  const what = random.weighted(weights);
  switch (what) {
    case 'sleep':
      return { do: what, step, seconds: random.between(1, 4) };
    case 'ask':
      return { do: what, step };
    case 'child':
      return { do: what, step, program: makeProgram(random, step, most, depth + 1) };
    default:
      return { do: what, step };
  }
}

/** Every call of the program and of those below it. */
export function allCalls(program: Program): ProgramCall[] {
  return program.turns.flat().flatMap((call) => (call.do === 'child' ? [call, ...allCalls(call.program)] : [call]));
}

export function isEffect(call: ProgramCall): call is Extract<ProgramCall, { do: EffectTool }> {
  return EFFECT_TOOLS.some((tool) => tool === call.do);
}

/** What a call gives the model when all went well. */
export function expectedResult(call: ProgramCall): string {
  switch (call.do) {
    case 'sleep':
      return 'slept';
    case 'ask':
      return answerTo(call.step);
    case 'child':
      return doneLine(call.program.id);
    default:
      return `${call.do} ${call.step}`;
  }
}

export function answerTo(step: string): string {
  return `answer ${step}`;
}

export function doneLine(id: string): string {
  return `done ${id}`;
}

/** What the model says at the end of a program: the results that it was given, and what was said to it meanwhile. */
export function outputOf(
  id: string,
  results: readonly { step: string; result: string }[],
  heard: readonly string[],
): string {
  const lines = results.map(({ step, result }) => `${step}=${result}`);
  return [doneLine(id), ...lines, ...heard.map((text) => `heard ${text}`)].join('\n');
}
