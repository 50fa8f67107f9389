import type { ServiceDefinition } from '@switchyard/service';
import { endedRunsConsumer } from './dispatch/ended-runs.controller.js';
import { registryOwner } from './registry/registry-owner.js';
import { RouterModule } from './router.module.js';
import { alarmsConsumer } from './schedules/schedules.controller.js';
import { tasksConsumer } from './tasks/tasks.controller.js';

/** Accepts tasks, resolves agents, picks a backend, dispatches, reconciles. */
export const serviceDefinition: ServiceDefinition = {
  name: 'router',
  owner: registryOwner,
  usesJournal: true,
  // A round of the reconciler keeps one connection for its lock; the others are for accepting.
  poolSize: 8,
  module: () => RouterModule.create(),
  workConsumers: ({ bus }) => [tasksConsumer(bus), endedRunsConsumer(bus), alarmsConsumer(bus)],
};
