import { describe, expect, it } from '@jest/globals';
import { checkProfile, PROFILE_PROBLEM_CODES } from './check-profile.js';
import type { ProfileInit } from './profile.js';
import { WIRE_API_NAMES } from './profile.js';

const codesOf = (init: ProfileInit): string[] => checkProfile(init).map(({ code }) => code);

/** One profile a contradiction, and how it is put right. */
const CONTRADICTIONS: [string, ProfileInit, ProfileInit][] = [
  [
    'output_exceeds_window',
    { api: 'openai-chat', contextWindow: 8_192, maxOutputTokens: 8_193 },
    { api: 'openai-chat', contextWindow: 8_192, maxOutputTokens: 8_192 },
  ],
  [
    'output_exceeds_window',
    { api: 'gemini', maxOutputTokens: 131_072 },
    { api: 'gemini', maxOutputTokens: 131_072, contextWindow: 1_000_000 },
  ],
  [
    'text_without_dialect',
    { api: 'openai-chat', dialect: '', tools: { mode: 'text' } },
    { api: 'openai-chat', dialect: 'llama-4', tools: { mode: 'text' } },
  ],
  [
    'constrained_without_schema',
    { api: 'openai-chat', tools: { mode: 'constrained' } },
    { api: 'openai-chat', tools: { mode: 'constrained' }, output: { methods: ['json_schema'] } },
  ],
  [
    'replay_without_signer',
    { api: 'openai-chat', reasoning: { replay: 'signed' } },
    { api: 'openai-chat', reasoning: { replay: 'signed', signer: 'mine' } },
  ],
  [
    'replay_without_signer',
    { api: 'anthropic', reasoning: { signer: '' } },
    { api: 'anthropic', reasoning: { signer: '', replay: 'none' } },
  ],
  ['call_ids_refused', { api: 'openai-chat', callIds: 'none' }, { api: 'openai-chat', callIds: 'positional' }],
  ['call_ids_refused', { api: 'bedrock', callIds: 'positional' }, { api: 'bedrock', callIds: 'alnum9' }],
  ['call_ids_refused', { api: 'mistral', callIds: 'token' }, { api: 'mistral', callIds: 'alnum9' }],
  [
    'native_without_choices',
    { api: 'openai-chat', tools: { choices: [] } },
    { api: 'openai-chat', tools: { choices: [] }, capabilities: { tools: false } },
  ],
  [
    'template_not_applied',
    { api: 'openai-chat', template: { source: '{{ x }}', bosToken: '', eosToken: '' } },
    { api: 'openai-chat', template: null },
  ],
  [
    'opened_without_dialect',
    { api: 'openai-chat', dialect: '', reasoning: { opened: true } },
    { api: 'openai-chat', dialect: 'glm-4.7', reasoning: { opened: true } },
  ],
  ['unknown_dialect', { api: 'openai-chat', dialect: 'glm-9' }, { api: 'openai-chat', dialect: 'glm-4.7' }],
];

describe('a profile that contradicts itself', () => {
  it.each(CONTRADICTIONS)('has a coded problem that says what to do, and none once it is put right: %s', (...each) => {
    const [code, wrong, right] = each;
    const [problem, ...more] = checkProfile(wrong);
    expect(problem).toMatchObject({
      code,
      path: expect.any(String),
      reason: expect.stringMatching(/^(is|"|[a-z]).{20,}/),
    });
    expect(more).toEqual([]);
    expect(codesOf(right)).toEqual([]);
  });

  it('is told of every contradiction at once', () => {
    const init: ProfileInit = {
      api: 'openai-chat',
      callIds: 'none',
      dialect: '',
      tools: { mode: 'text' },
      reasoning: { replay: 'field', opened: true },
    };
    expect(codesOf(init).sort()).toEqual([
      'call_ids_refused',
      'opened_without_dialect',
      'replay_without_signer',
      'text_without_dialect',
    ]);
    const known: readonly string[] = PROFILE_PROBLEM_CODES;
    expect(codesOf(init).every((code) => known.includes(code))).toBe(true);
  });

  it('is none that says nothing, over any API, or only a small window', () => {
    for (const api of WIRE_API_NAMES) {
      expect([api, codesOf({ api })]).toEqual([api, []]);
      expect(codesOf({ api, contextWindow: 512 })).toEqual([]);
    }
  });
});
