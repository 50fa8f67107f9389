import { contains } from './contains.js';
import { cost } from './cost.js';
import { exact } from './exact.js';
import { fields } from './fields.js';
import { judge } from './judge.js';
import { jsonSchema } from './json-schema.js';
import { latency } from './latency.js';
import { number } from './number.js';
import { regex } from './regex.js';
import { safety } from './safety.js';
import type { ScorerKind } from './scorer.js';
import { similarity } from './similarity.js';
import { code, tool } from './code.js';
import { toolArguments } from './tool-arguments.js';
import { toolTrajectory } from './tool-trajectory.js';

const OF_OUTPUT = [exact, contains, regex, jsonSchema, fields, number, similarity];
const OF_CONDUCT = [toolTrajectory, toolArguments, safety, latency, cost];
const BY_OTHERS = [tool, code, judge];

/** Every kind of scorer by its type. */
export const SCORERS: ReadonlyMap<string, ScorerKind> = new Map(
  [...OF_OUTPUT, ...OF_CONDUCT, ...BY_OTHERS].map((kind) => [kind.type, kind]),
);
