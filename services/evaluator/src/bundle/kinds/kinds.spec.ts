import { describe, expect, it } from '@jest/globals';
import { getMetadataArgsStorage } from 'typeorm';
import { evaluationOwner } from '../../persistence/evaluation-owner.js';
import { EVIDENCE_KINDS, NOT_IN_BUNDLES } from './index.js';

describe('the tables of the evaluator', () => {
  it('are in a bundle, or there is a reason why not', () => {
    const entities = new Set<unknown>([...evaluationOwner.entities]);
    const tables = getMetadataArgsStorage()
      .tables.filter(({ target }) => entities.has(target))
      .map(({ schema, name }) => `${schema}.${name}`);
    const known = [...EVIDENCE_KINDS.flatMap((kind) => kind.tables), ...Object.keys(NOT_IN_BUNDLES)];
    expect(known.sort()).toEqual(tables.sort());
  });
});
