import { Module } from '@nestjs/common';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { ReplayController } from './replay.controller.js';
import { ReplayService } from './replay.service.js';

@Module({ imports: [TaskStoreModule], controllers: [ReplayController], providers: [ReplayService] })
export class ReplayModule {}
