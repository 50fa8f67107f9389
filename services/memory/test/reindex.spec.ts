import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runMigrations, sql } from '@switchyard/persistence';
import { memoryFixture, type MemoryFixture } from '../src/memory.fixture.js';
import { memoryOwner } from '../src/persistence/memory-owner.js';

let memory: MemoryFixture;
beforeEach(async () => {
  memory = await memoryFixture();
});
afterEach(() => memory.close());

const scope = { tenant: 'default', user: 'ann' };
const search = async (query: string) => (await memory.recall({ scope, query })).map(({ text }) => text);

describe('memories that were stored under older rules of stemming', () => {
  it('are found again once the migration has run, as if they were stored now', async () => {
    await memory.remember({ scope, text: 'Deployments happen on Fridays' });
    await memory.remember({ scope, text: 'My favourite colour is teal' });
    const tables = () =>
      Promise.all(
        ['postings', 'memories', 'scopes'].map((table) =>
          sql<object>(memory.dataSource, `SELECT * FROM memory.${table} t ORDER BY t::text`),
        ),
      );
    const asStoredNow = await tables();
    // The index as an older version left it.
    const outdated = [
      `UPDATE memory.postings SET term = 'deployment' WHERE term = 'deploy'`,
      `UPDATE memory.postings SET term = 'colour', length = 9 WHERE term = 'color'`,
      'UPDATE memory.memories SET terms = 9',
      'UPDATE memory.scopes SET terms = 18',
      `DELETE FROM memory.migrations WHERE name = 'RekeyStatements1764300000000'`,
    ];
    for (const statement of outdated) await sql(memory.dataSource, statement);
    expect([await search('deploying'), await search('color')]).toEqual([[], []]);

    const [report] = await runMigrations(memory.databaseUrl, [memoryOwner]);
    expect(report?.applied).toEqual(['RekeyStatements1764300000000']);
    expect(await tables()).toEqual(asStoredNow);
    expect(await search('When do we deploy?')).toEqual(['Deployments happen on Fridays']);
    expect(await search('favorite color')).toEqual(['My favourite colour is teal']);
  });
});
