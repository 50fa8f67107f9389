import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { BackendsModule } from '../backends/backends.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { ForkService } from './fork.service.js';
import { ForksController } from './forks.controller.js';

@Module({
  imports: [AgentsModule, BackendsModule, DispatchModule, TaskStoreModule],
  controllers: [ForksController],
  providers: [ForkService],
  exports: [ForkService],
})
export class ForksModule {}
