/** The router: agents, backends, keys, tasks and the dispatch of runs. */
export { serviceDefinition } from './service-definition.js';
export { registryOwner } from './registry/registry-owner.js';
export { bootstrapKey, type BootstrapKey } from './keys/bootstrap-key.js';
export { agentDefinitionSchema } from './agents/agent-definition-schema.js';
