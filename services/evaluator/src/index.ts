/** Judges runs and keeps the evaluation history. */
export { serviceDefinition } from './service-definition.js';
