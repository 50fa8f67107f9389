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
  /** Said while a run of its thread goes on, it becomes input of that run. */
  joins?: true;
}

const MAX_DEPTH = 2;

/** What a program may have at most. */
export interface Most {
  turns: number;
  calls: number;
  /** What it calls, by weight. */
  weights: Readonly<Record<ProgramCall['do'], number>>;
}

/** @param depth how many programs are above it */
export function makeProgram(random: Random, id: string, most: Most, depth = 0): Program {
  const least = depth === 0 ? 1 : 0;
  const turns = Array.from({ length: random.between(least, Math.max(least, most.turns - depth)) }, (_, turn) =>
    Array.from({ length: random.between(1, most.calls) }, (__, call) =>
      makeCall(random, `${id}.${turn}.${call}`, most, depth),
    ),
  );
  return { id, turns };
}

function makeCall(random: Random, step: string, most: Most, depth: number): ProgramCall {
  const weights = depth >= MAX_DEPTH ? { ...most.weights, child: 0 } : most.weights;
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

/** The program that a line is; undefined where it says something else. */
export function programIn(line: string): Program | undefined {
  if (!line.startsWith('{"id":')) return undefined;
  return JSON.parse(line) as Program;
}
