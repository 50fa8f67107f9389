import { beforeAll, describe, expect, it } from '@jest/globals';
import { schemaDrift } from '@switchyard/persistence';
import { freshDatabase } from '@switchyard/testing';
import { databaseOwners, migrate } from './migrate.js';

// Loads the services once: jest's loader of ES modules fails where two callers load the same at the same time.
beforeAll(async () => void (await databaseOwners()));

describe('the migrations of all owners', () => {
  it('leave nothing to do on a fresh database, run again and at the same time', async () => {
    const database = await freshDatabase();
    try {
      const [first, second] = await Promise.all([migrate(database.url), migrate(database.url)]);
      const applied = [...first, ...second].flatMap((report) => report.applied);
      expect(applied.length).toBeGreaterThanOrEqual(5);
      expect(new Set(applied).size).toBe(applied.length);
      expect((await migrate(database.url)).flatMap((report) => report.applied)).toEqual([]);
      for (const owner of await databaseOwners())
        expect([owner.schema, await schemaDrift(database.url, owner)]).toEqual([owner.schema, []]);
    } finally {
      await database.drop();
    }
  });

  it('are one schema an owner', async () => {
    const schemas = (await databaseOwners()).map((owner) => owner.schema);
    expect([...schemas].sort()).toEqual(['effects', 'evaluation', 'journal', 'memory', 'registry']);
  });
});
