/** The tool host: performs tool calls for a pool, built-in tools and MCP servers, each call once. */
export { serviceDefinition } from './service-definition.js';
export { effectsOwner } from './database-owner.js';
