import { Module } from '@nestjs/common';
import { DispatchModule } from '../dispatch/dispatch.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';

@Module({ imports: [DispatchModule, TaskStoreModule], controllers: [RunsController], providers: [RunsService] })
export class RunsModule {}
