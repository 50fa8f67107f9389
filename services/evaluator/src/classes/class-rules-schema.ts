import { TOKEN } from '@switchyard/contracts';

/** Rules of one agent, or of a tenant. */
export const MAX_RULES = 200;
/** Of one class; a suggestion has forty. */
const MAX_WORDS = 200;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

/** JSON Schema (2020-12) of rules as they are written. */
export const classRulesSchema = {
  type: 'object',
  required: ['classes'],
  additionalProperties: false,
  properties: {
    agent: { type: 'string', pattern: TOKEN.source },
    description: text(1_000),
    classes: {
      type: 'array',
      maxItems: MAX_RULES,
      items: {
        type: 'object',
        required: ['class'],
        additionalProperties: false,
        properties: {
          // What stands in tables, addresses and metrics.
          class: { type: 'string', pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_.:'-]{0,127}$" },
          description: text(1_000),
          when: text(2_000),
          like: {
            type: 'object',
            minProperties: 1,
            maxProperties: MAX_WORDS,
            additionalProperties: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
          },
          threshold: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
        },
      },
    },
  },
} as const;
