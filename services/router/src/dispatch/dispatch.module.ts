import { Module } from '@nestjs/common';
import { AdmissionService } from '../admission/admission.service.js';
import { ExecDepthRepository } from '../admission/exec-depth.repository.js';
import { QueuesController } from '../admission/queues.controller.js';
import { WaitingTasksRepository } from '../admission/waiting-tasks.repository.js';
import { BackendsModule } from '../backends/backends.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { Canceller } from './canceller.service.js';
import { DispatchService } from './dispatch.service.js';
import { EndedRunsController } from './ended-runs.controller.js';
import { ExecStreamRepository } from './exec-stream.repository.js';
import { FailedRunLetters } from './failed-run-letters.service.js';
import { QueueKeeper } from './queue-keeper.service.js';
import { ReconcilerService } from './reconciler.service.js';
import { RunNotices } from './run-notices.service.js';
import { RunTreeService } from './run-tree.service.js';
import { ThreadsService } from './threads.service.js';
import { WakesService } from './wakes.service.js';

@Module({
  imports: [BackendsModule, TaskStoreModule],
  controllers: [EndedRunsController, QueuesController],
  providers: [
    DispatchService,
    FailedRunLetters,
    RunNotices,
    ThreadsService,
    Canceller,
    RunTreeService,
    ExecStreamRepository,
    QueueKeeper,
    WakesService,
    ReconcilerService,
    AdmissionService,
    WaitingTasksRepository,
    ExecDepthRepository,
  ],
  exports: [
    DispatchService,
    RunNotices,
    ThreadsService,
    Canceller,
    RunTreeService,
    ExecStreamRepository,
    AdmissionService,
  ],
})
export class DispatchModule {}
