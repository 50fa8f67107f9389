import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { TaskStoreModule } from '../tasks/task-store.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { AlarmsService } from './alarms.service.js';
import { FiringService } from './firing.service.js';
import { SchedulesController } from './schedules.controller.js';
import { SchedulesRepository } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';
import { TickerService } from './ticker.service.js';

@Module({
  imports: [AgentsModule, TasksModule, TaskStoreModule],
  controllers: [SchedulesController],
  providers: [SchedulesRepository, AlarmsService, FiringService, SchedulesService, TickerService],
})
export class SchedulesModule {}
