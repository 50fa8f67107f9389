import type { ServiceDefinition } from '@switchyard/service';
import { ExecutorModule } from './executor.module.js';

/** Advances runs. Its work comes in while it runs: a consumer for each backend that it serves. */
export const serviceDefinition: ServiceDefinition = {
  name: 'executor',
  usesJournal: true,
  // Two appends under way, reads beside them.
  poolSize: 6,
  module: () => ExecutorModule.create(),
};
