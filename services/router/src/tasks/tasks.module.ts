import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { BackendsModule } from '../backends/backends.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { FixturesService } from '../fixtures/fixtures.service.js';
import { RolloutsModule } from '../rollouts/rollouts.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { SubmitService } from './submit.service.js';
import { TaskStoreModule } from './task-store.module.js';
import { TasksController } from './tasks.controller.js';
import { ThreadTasks } from './thread-tasks.service.js';

@Module({
  imports: [AgentsModule, BackendsModule, DispatchModule, RolloutsModule, RoutingModule, TaskStoreModule],
  controllers: [TasksController],
  providers: [FixturesService, SubmitService, ThreadTasks],
  exports: [SubmitService],
})
export class TasksModule {}
