import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { BackendsModule } from '../backends/backends.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { RolloutsModule } from '../rollouts/rollouts.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { ChildrenController } from './children.controller.js';
import { StartChildService } from './start-child.service.js';

@Module({
  imports: [AgentsModule, BackendsModule, DispatchModule, RolloutsModule, RoutingModule, TaskStoreModule],
  controllers: [ChildrenController],
  providers: [StartChildService],
})
export class ChildrenModule {}
