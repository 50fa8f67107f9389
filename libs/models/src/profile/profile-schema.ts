import { DIALECT_NAMES } from '../dialects/table/index.js';
import type { JsonObject } from '../json.js';
import { SUBSET_NAMES } from '../schema/projection.js';
import { OUTPUT_METHODS } from '../schema/structured-output.js';
import { TOKENIZER_NAMES } from '../tokens/tokenizer-names.js';
import { OVERFLOW_BEHAVIOURS, TOOL_CHOICE_NAMES, TOOL_MODES, WIRE_API_NAMES } from './profile.js';

const tokens: JsonObject = { type: 'integer', minimum: 1 };
const price: JsonObject = { type: 'number', minimum: 0 };
const flag: JsonObject = { type: 'boolean' };

/**
 * JSON Schema (2020-12) of a profile as somebody writes it: every member may be left out, and has its wire API's default then.
 * Members that are not named here are allowed, because a newer library may know them.
 */
export const PROFILE_SCHEMA: JsonObject = {
  type: 'object',
  properties: {
    api: { enum: [...WIRE_API_NAMES] },
    contextWindow: tokens,
    maxOutputTokens: tokens,
    // Empty: the text is only text.
    dialect: { enum: ['', ...DIALECT_NAMES] },
    callIds: { enum: ['token', 'alnum9', 'positional', 'none'] },
    tools: {
      type: 'object',
      properties: {
        mode: { enum: [...TOOL_MODES] },
        subset: { enum: [...SUBSET_NAMES] },
        max: tokens,
        nameLength: { type: 'integer', minimum: 16 },
        nameStartsWithLetter: flag,
        choices: { type: 'array', items: { enum: [...TOOL_CHOICE_NAMES] } },
        arguments: { enum: ['string', 'object'] },
      },
    },
    output: {
      type: 'object',
      properties: {
        methods: { type: 'array', items: { enum: [...OUTPUT_METHODS] } },
        besideTools: { type: 'array', items: { enum: [...OUTPUT_METHODS] } },
        subset: { enum: [...SUBSET_NAMES] },
      },
    },
    usage: { type: 'object', properties: { inputIncludesCached: flag, outputIncludesReasoning: flag } },
    reasoning: {
      type: 'object',
      properties: {
        opened: flag,
        fields: { type: 'array', items: { type: 'string' } },
        signer: { type: 'string' },
        replay: { enum: ['none', 'field', 'signed'] },
      },
    },
    callSeal: {
      type: ['object', 'null'],
      properties: { field: { type: 'string' }, placeholder: {} },
      required: ['field'],
    },
    prices: {
      type: ['object', 'null'],
      properties: { input: price, output: price, cacheRead: price, cacheWrite: price },
      required: ['input', 'output'],
    },
    capabilities: { type: 'object', additionalProperties: flag },
    system: {
      type: 'object',
      properties: { role: { enum: ['system', 'developer'] }, placement: { enum: ['anywhere', 'first'] } },
      required: ['role', 'placement'],
    },
    userAfterResults: flag,
    finish: { enum: ['trusted', 'untrusted'] },
    overflow: { enum: [...OVERFLOW_BEHAVIOURS] },
    tokens: {
      type: 'object',
      properties: {
        tokenizer: { enum: [...TOKENIZER_NAMES] },
        charactersPerToken: { type: 'number', exclusiveMinimum: 0 },
      },
    },
    template: {
      type: ['object', 'null'],
      properties: { source: { type: 'string' }, bosToken: { type: 'string' }, eosToken: { type: 'string' } },
      required: ['source', 'bosToken', 'eosToken'],
    },
    maxTokensField: { enum: ['max_tokens', 'max_completion_tokens'] },
    streamUsage: flag,
    unsupported: {
      type: 'array',
      items: { enum: ['temperature', 'topP', 'stop', 'seed', 'parallelToolCalls', 'specialTokens'] },
    },
    approximate: flag,
  },
};
