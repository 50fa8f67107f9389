import { Module } from '@nestjs/common';
import { BackendsModule } from '../backends/backends.module.js';
import { DeadLettersModule } from '../dead-letters/dead-letters.module.js';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { ForksModule } from '../forks/forks.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { RedriveMessageService } from './redrive-message.service.js';
import { RedriveRunService } from './redrive-run.service.js';
import { RedriveService } from './redrive.service.js';
import { RedriveStoreModule } from './redrive-store.module.js';
import { RedrivesController } from './redrives.controller.js';

@Module({
  imports: [
    BackendsModule,
    DeadLettersModule,
    DispatchModule,
    ForksModule,
    RedriveStoreModule,
    RunsModule,
    TaskStoreModule,
    TasksModule,
  ],
  controllers: [RedrivesController],
  providers: [RedriveMessageService, RedriveRunService, RedriveService],
})
export class RedrivesModule {}
