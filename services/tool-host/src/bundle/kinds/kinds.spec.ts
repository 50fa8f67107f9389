import { describe, expect, it } from '@jest/globals';
import { getMetadataArgsStorage } from 'typeorm';
import { effectsOwner } from '../../database-owner.js';
import { TOOL_KINDS, NOT_IN_BUNDLES } from './index.js';

describe('the tables of the tool host', () => {
  it('are in a bundle, or there is a reason why not', () => {
    const entities = new Set<unknown>([...effectsOwner.entities]);
    const tables = getMetadataArgsStorage()
      .tables.filter(({ target }) => entities.has(target))
      .map(({ schema, name }) => `${schema}.${name}`);
    const known = [...TOOL_KINDS.flatMap((kind) => kind.tables), ...Object.keys(NOT_IN_BUNDLES)];
    expect(known.sort()).toEqual(tables.sort());
  });
});
