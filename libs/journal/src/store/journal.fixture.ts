import { createDataSource, runMigrations } from '@switchyard/persistence';
import { freshDatabase } from '@switchyard/testing';
import type { DataSource } from 'typeorm';
import { journalOwner, JournalStore } from '../index.js';

/** A journal on a database of its own. */
export interface TestJournal {
  url: string;
  dataSource: DataSource;
  store: JournalStore;
  /** Closes all of it, and drops the database. */
  close(): Promise<void>;
}

export async function openJournal(): Promise<TestJournal> {
  const database = await freshDatabase();
  await runMigrations(database.url, [journalOwner]);
  const { schema, entities } = journalOwner;
  const dataSource = await createDataSource({ url: database.url, schema, entities });
  const store = new JournalStore(dataSource);
  return {
    url: database.url,
    dataSource,
    store,
    close: async () => {
      await store.close();
      await dataSource.destroy();
      await database.drop();
    },
  };
}
