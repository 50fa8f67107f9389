import { TOKEN } from '@switchyard/contracts';
import { fixturesSchema, type CaseFixtures } from './case-fixtures.js';

/** Runs that one evaluation may have: cases times repeats. */
export const MAX_RUNS = 100_000;
export const MAX_REPEATS = 1_000;

/** The suite as its user writes it; a scorer may be its bare type. The options of scorers are checked by each of them. */
export interface WrittenSuite {
  suite: string;
  description?: string;
  agent: string;
  backend?: string;
  repeats?: number;
  scorers?: WrittenScorer[];
  cases: WrittenCase[];
}

export interface WrittenCase {
  id: string;
  input: unknown;
  expected?: unknown;
  scorers?: WrittenScorer[];
  tags?: string[];
  cluster?: string;
  weight?: number;
  critical?: boolean;
  rubric?: string;
  fixtures?: CaseFixtures;
  metadata?: Record<string, string | number | boolean>;
}

export type WrittenScorer = string | { type: string; name?: string };

/** A name that can be stored, printed, and made part of an idempotency key. */
const name = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
});

const scorers = {
  type: 'array',
  maxItems: 50,
  items: {
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: { type: { type: 'string', minLength: 1 }, name: name(64) },
        required: ['type'],
      },
    ],
  },
};
const token = { type: 'string', pattern: TOKEN.source };

export const suiteSchema = {
  type: 'object',
  properties: {
    suite: name(128),
    description: { type: 'string' },
    agent: token,
    backend: token,
    repeats: { type: 'integer', minimum: 1, maximum: MAX_REPEATS },
    scorers,
    cases: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: {
          id: name(128),
          input: { not: { type: 'null' } },
          expected: {},
          scorers,
          tags: { type: 'array', maxItems: 32, items: { type: 'string', minLength: 1, maxLength: 64 } },
          cluster: name(128),
          weight: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
          critical: { type: 'boolean' },
          rubric: { type: 'string', minLength: 1, maxLength: 20_000 },
          fixtures: fixturesSchema,
          metadata: {
            type: 'object',
            maxProperties: 32,
            additionalProperties: {
              anyOf: [{ type: 'string', maxLength: 512 }, { type: 'number' }, { type: 'boolean' }],
            },
          },
        },
        required: ['id', 'input'],
        additionalProperties: false,
      },
    },
  },
  required: ['suite', 'agent', 'cases'],
  additionalProperties: false,
};
