import { Module } from '@nestjs/common';
import { BudgetStore } from '@switchyard/journal';
import { DataSource } from 'typeorm';
import { AgentsModule } from '../agents/agents.module.js';
import { BudgetSweeper } from './budget-sweeper.service.js';
import { BudgetsController } from './budgets.controller.js';
import { BudgetsService } from './budgets.service.js';

@Module({
  imports: [AgentsModule],
  controllers: [BudgetsController],
  providers: [
    { provide: BudgetStore, useFactory: (dataSource: DataSource) => new BudgetStore(dataSource), inject: [DataSource] },
    BudgetsService,
    BudgetSweeper,
  ],
})
export class BudgetsModule {}
