import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { BackendsModule } from '../backends/backends.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { RedriveStoreModule } from '../redrives/redrive-store.module.js';
import { RoutingModule } from '../routing/routing.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { PayloadsService } from './payloads.service.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';
import { SendInputController } from './send-input.controller.js';
import { SendInputService } from './send-input.service.js';
import { SwitchService } from './switch.service.js';

@Module({
  imports: [AgentsModule, BackendsModule, DispatchModule, RedriveStoreModule, RoutingModule, TaskStoreModule],
  controllers: [RunsController, SendInputController],
  providers: [PayloadsService, RunsService, SendInputService, SwitchService],
  exports: [SwitchService],
})
export class RunsModule {}
