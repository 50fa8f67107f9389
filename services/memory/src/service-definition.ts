import type { ServiceDefinition } from '@switchyard/service';
import { MemoryModule } from './memory.module.js';
import { memoryOwner } from './persistence/memory-owner.js';

/** Deliveries before an event is given up: some sixteen hours at a minute each, longer than most outages. */
const MAX_DELIVER = 1_000;

/** The memory service. */
export const serviceDefinition: ServiceDefinition = {
  name: 'memory',
  owner: memoryOwner,
  // A recall keeps its connection while the query's vector is made.
  poolSize: 8,
  module: () => MemoryModule.create(),
  workConsumers: ({ bus }) => [
    {
      kind: 'event',
      durable: 'events-memory',
      filters: ['RunCompleted', 'RunFailed', 'RunCancelled'].map((type) => bus.subjects.event('*', '*', type)),
      concurrency: 4,
      maxDeliver: MAX_DELIVER,
    },
  ],
};
