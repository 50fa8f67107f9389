import type { JsonObject } from '@switchyard/contracts';

/** Runs the probe; kept in every tenant that watches something. */
export const PROBE_AGENT = 'switchyard-probe';

/** Nothing in it may vary but the model: no tools, no memory, no temperature. */
export const PROBE_DEFINITION: JsonObject = {
  name: PROBE_AGENT,
  description:
    'Asks backends that are watched the same few things again and again. Kept by the platform: a change of it begins all watches anew.',
  instructions: 'You are asked short fixed questions. Answer with what is asked for, and nothing else.',
  parameters: { temperature: 0, max_output_tokens: 64 },
  memory: { recall: false, tools: false },
  limits: { turns: 2, seconds: 120 },
};

/**
 * Short texts in which tokenizers and chat templates differ: digits, blanks, code, accents, Han script. What is expected is what a model that works
 * says; how a backend answered before is what its answers are held against.
 */
export const PROBE_SUITE: JsonObject = {
  suite: PROBE_AGENT,
  description: 'What watched backends are asked at every turn.',
  agent: PROBE_AGENT,
  scorers: [{ type: 'contains', ignore_case: true }],
  cases: [
    { id: 'sum', input: 'What is 17 + 25? Answer with the number alone.', expected: '42' },
    { id: 'list', input: 'Write apple, pear and plum in this order, separated by commas.', expected: 'pear' },
    { id: 'digits', input: 'Repeat exactly: 0123456789 9876543210   end', expected: '9876543210' },
    { id: 'code', input: 'Repeat exactly: for (let i = 0; i < 10; i += 1) { sum += i ** 2; }', expected: 'sum' },
    { id: 'accents', input: 'Wiederhole genau: Größe, Straße, Übermut', expected: 'Straße' },
    { id: 'han', input: '请只用阿拉伯数字回答：三加四等于多少？', expected: '7' },
  ],
};
