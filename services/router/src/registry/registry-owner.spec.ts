import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runMigrations, schemaDrift } from '@switchyard/persistence';
import { freshDatabase, type FreshDatabase } from '@switchyard/testing';
import { registryOwner } from './registry-owner.js';

describe('the schema registry', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  it('is what the entities say once all migrations have run on an empty database, and running them again changes nothing', async () => {
    const [first] = await runMigrations(database.url, [registryOwner]);
    expect(first?.applied).toEqual([
      'CreateRegistry1763856000000',
      'AddTaskControl1795741200000',
      'AddTaskLooks1795744800000',
      'AddRedrives1795748400000',
      'AddBackendLimits1795748400000',
      'CreateSchedules1795752000000',
      'AddAdmission1795827600000',
      'CreatePolicies1796500000000',
      'CreateRollouts1797000000000',
      'AddBundles1797060000000',
    ]);
    expect(await schemaDrift(database.url, registryOwner)).toEqual([]);
    const [second] = await runMigrations(database.url, [registryOwner]);
    expect(second?.applied).toEqual([]);
  });
});
