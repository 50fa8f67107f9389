/** The executor: asks models and tools for what a run needs next, and journals it. */
export { serviceDefinition } from './service-definition.js';
