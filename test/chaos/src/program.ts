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
}

export const FULL_SHAPE: Shape = {
  calls: { pure: 4, idem: 3, irr: 3, slow: 1, gate: 1, sleep: 1, ask: 1, child: 1 },
  cancelled: 0.06,
  steered: 0.06,
  watched: 0.2,
};

const MAX_TURNS = 4;
const MAX_CALLS = 3;
const MAX_DEPTH = 2;

export function makeScenario(random: Random, id: string, shape: Shape): Scenario {
  const program = makeProgram(random, id, shape, 0);
  const watched = random.chance(shape.watched);
  if (random.chance(shape.cancelled)) return { program, watched, cancelAfterMs: random.between(0, 2_500) };
  if (random.chance(shape.steered)) return { program, watched, steerAfterMs: random.between(0, 1_500) };
  return { program, watched };
}

function makeProgram(random: Random, id: string, shape: Shape, depth: number): Program {
  const turns = Array.from({ length: random.between(depth === 0 ? 1 : 0, MAX_TURNS - depth) }, (_, turn) =>
    Array.from({ length: random.between(1, MAX_CALLS) }, (__, call) =>
      makeCall(random, `${id}.${turn}.${call}`, shape, depth),
    ),
  );
  return { id, turns };
}

function makeCall(random: Random, step: string, shape: Shape, depth: number): ProgramCall {
  const weights = depth >= MAX_DEPTH ? { ...shape.calls, child: 0 } : shape.calls;
  const what = random.weighted(weights);
  switch (what) {
    case 'sleep':
      return { do: what, step, seconds: random.between(1, 4) };
    case 'ask':
      return { do: what, step };
    case 'child':
      return { do: what, step, program: makeProgram(random, step, shape, depth + 1) };
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
