/** Schemas in the form that a backend takes, and the way back for what is written to them. */
export { SUBSET_NAMES } from './projection.js';
export type {
  Codec,
  CoercionPlan,
  Loss,
  Projected,
  Projection,
  PropertyCodec,
  RefusalCode,
  Refused,
  SubsetName,
} from './projection.js';
export { SUBSETS } from './subsets.js';
export type { Subset } from './subset.js';
export { projectSchema } from './project-schema.js';
export { coerceArguments } from './coerce-arguments.js';
export type { Coerced, Coercion, CoercionCode } from './coerce-arguments.js';
export { wireArguments } from './wire-arguments.js';
export { OUTPUT_METHODS, readStructuredOutput, structuredOutput } from './structured-output.js';
export type {
  OutputAbilities,
  OutputFault,
  OutputMethod,
  OutputOptions,
  OutputPlan,
  OutputReading,
} from './structured-output.js';
