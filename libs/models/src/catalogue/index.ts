/** What is known of real endpoints. */
export type { CatalogueEntry, CatalogueVariable, Discovery } from './catalogue-entry.js';
export { CatalogueError } from './catalogue-error.js';
export type { CatalogueErrorCode } from './catalogue-error.js';
export { CATALOGUE_SCHEMA } from './catalogue-schema.js';
export { loadCatalogue } from './load-catalogue.js';
export type { Catalogue, LoadOptions } from './load-catalogue.js';
export { backendName, findEntry, providerOf, resolveEntry } from './resolve-entry.js';
