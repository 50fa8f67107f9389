/** Injects a function that gives the OpenAPI document. */
export const OPENAPI = Symbol('switchyard.gateway.openapi');
