/** Remembers and recalls, with provenance. */
export { serviceDefinition } from './service-definition.js';
