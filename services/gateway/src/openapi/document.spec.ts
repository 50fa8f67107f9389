import { describe, expect, it } from '@jest/globals';
import { CONTROLLERS } from '../gateway.module.js';
import { routesOf } from '../http/route.js';
import { COMMENTS } from './comments.gen.js';
import { openApiDocument } from './document.js';

const document = openApiDocument(routesOf(CONTROLLERS), '1.2.3');

function* nodes(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* nodes(inner);
}

function at(path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);
}

describe('the OpenAPI document', () => {
  it('refers only to what it holds', () => {
    const references = [...nodes(document)].map((node) => node['$ref']).filter((ref) => typeof ref === 'string');
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references)
      expect([reference, at(reference.slice(1))]).toEqual([reference, expect.anything()]);
  });

  it('names every operation once', () => {
    const ids = [...nodes(document['paths'])].map((node) => node['operationId']).filter((id) => typeof id === 'string');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(routesOf(CONTROLLERS).length);
  });

  it('describes a task as the contracts have it, without what the key decides', () => {
    const body = (document['paths'] as Record<string, unknown>)['/v1/tasks'];
    const text = JSON.stringify(body);
    expect(text).toContain('"required":["agent","input"]');
    expect(text).toContain('"idempotency_key":{"type":"string","maxLength":512');
    expect(text).not.toContain('"tenant"');
  });

  it('gives a run the short name of its cost', () => {
    expect(at('/components/schemas/Run/properties/cost')).toEqual(expect.objectContaining({ type: 'number' }));
  });

  it('says in the words of the contracts what a field means', () => {
    expect(at('/components/schemas/Run/properties/status')).toMatchObject({ description: COMMENTS['Run']?.['status'] });
  });

  it('has the words that the contracts have now', async () => {
    const script: unknown = await import('../../scripts/write-comments.mjs' as string);
    const { readComments } = script as { readComments: () => unknown };
    expect(COMMENTS).toEqual(readComments());
  });
});
