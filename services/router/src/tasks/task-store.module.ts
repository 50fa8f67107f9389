import { Module } from '@nestjs/common';
import { JournalStore, RunTrees } from '@switchyard/journal';
import { DataSource } from 'typeorm';
import { TasksRepository } from './tasks.repository.js';

/** The two places where a run is written down, for all of the router's capabilities: tasks and the journal. */
@Module({
  providers: [
    TasksRepository,
    {
      provide: JournalStore,
      useFactory: (dataSource: DataSource) => new JournalStore(dataSource),
      inject: [DataSource],
    },
    { provide: RunTrees, useFactory: (dataSource: DataSource) => new RunTrees(dataSource), inject: [DataSource] },
  ],
  exports: [TasksRepository, JournalStore, RunTrees],
})
export class TaskStoreModule {}
