import type { ServiceDefinition } from '@switchyard/service';
import { MemoryModule } from './memory.module.js';
import { memoryOwner } from './persistence/memory-owner.js';

/** The memory service: RPC only, no work of its own. */
export const serviceDefinition: ServiceDefinition = {
  name: 'memory',
  owner: memoryOwner,
  module: () => MemoryModule.create(),
};
