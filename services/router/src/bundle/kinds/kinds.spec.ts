import { describe, expect, it } from '@jest/globals';
import { getMetadataArgsStorage } from 'typeorm';
import { journalOwner } from '@switchyard/journal';
import { registryOwner } from '../../registry/registry-owner.js';
import { ROUTER_KINDS, NOT_IN_BUNDLES } from './index.js';

describe('the tables of the router and of the journal', () => {
  it('are in a bundle, or there is a reason why not', () => {
    const entities = new Set<unknown>([...registryOwner.entities, ...journalOwner.entities]);
    const tables = getMetadataArgsStorage()
      .tables.filter(({ target }) => entities.has(target))
      .map(({ schema, name }) => `${schema}.${name}`);
    const known = [...ROUTER_KINDS.flatMap((kind) => kind.tables), ...Object.keys(NOT_IN_BUNDLES)];
    expect(known.sort()).toEqual(tables.sort());
  });
});
