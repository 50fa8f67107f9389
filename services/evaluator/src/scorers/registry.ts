import { contains } from './contains.js';
import { cost } from './cost.js';
import { exact } from './exact.js';
import { fields } from './fields.js';
import { jsonSchema } from './json-schema.js';
import { latency } from './latency.js';
import { number } from './number.js';
import { regex } from './regex.js';
import type { ScorerKind } from './scorer.js';
import { similarity } from './similarity.js';
import { toolTrajectory } from './tool-trajectory.js';

/** Every kind of scorer by its type. */
export const SCORERS: ReadonlyMap<string, ScorerKind> = new Map(
  [exact, contains, regex, jsonSchema, fields, number, similarity, toolTrajectory, latency, cost].map((kind) => [
    kind.type,
    kind,
  ]),
);
