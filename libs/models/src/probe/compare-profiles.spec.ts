import { describe, expect, it } from '@jest/globals';
import { NO_USAGE } from '../usage.js';
import type { ProfileInit } from '../profile/profile.js';
import { defineProfile } from '../profile/profile.js';
import { compareProfiles } from './compare-profiles.js';
import type { ProbeResult } from './probe-result.js';

function probed(fields: readonly string[], profile: Omit<ProfileInit, 'api'>): ProbeResult {
  return {
    backend: {
      name: 'b',
      baseUrl: 'http://h/v1',
      model: 'm',
      api: 'openai-chat',
      profile: defineProfile({ api: 'openai-chat', ...profile }),
    },
    members: profile,
    findings: fields.map((field) => ({ field, value: null, how: 'seen', requestNumber: 1, confidence: 'proved' })),
    notTried: [],
    requests: 1,
    usage: NO_USAGE,
    costUsd: undefined,
    warnings: [],
  };
}

const before = (profile: Omit<ProfileInit, 'api'> = {}) => defineProfile({ api: 'openai-chat', ...profile });

describe('what has changed at an endpoint', () => {
  it('is what was looked at and is otherwise, and nothing else', () => {
    const now = probed(['streamUsage'], { streamUsage: false, contextWindow: 8_192 });
    expect(compareProfiles(before(), now)).toEqual([
      { field: 'streamUsage', before: true, after: false, worse: true, how: 'seen' },
    ]);
    expect(compareProfiles(before({ streamUsage: false }), now)).toEqual([]);
  });

  it.each<[string, Omit<ProfileInit, 'api'>, Omit<ProfileInit, 'api'>, boolean]>([
    ['contextWindow', { contextWindow: 8_192 }, { contextWindow: 4_096 }, true],
    ['contextWindow', { contextWindow: 4_096 }, { contextWindow: 8_192 }, false],
    ['capabilities.tools', {}, { capabilities: { tools: false } }, true],
    ['capabilities.vision', {}, { capabilities: { vision: true } }, false],
    ['unsupported', {}, { unsupported: ['seed'] }, true],
    ['unsupported', { unsupported: ['seed'] }, {}, false],
    ['tools.mode', {}, { tools: { mode: 'text' } }, true],
    ['tools.choices.none', {}, { tools: { choices: ['auto'] } }, true],
    ['dialect', { dialect: 'hermes' }, { dialect: 'glm-4.7' }, true],
    ['finish', { finish: 'untrusted' }, {}, false],
    ['system.placement', {}, { system: { role: 'system', placement: 'first' } }, true],
  ])('%s: from %j to %j is worse: %s', (field, was, is, worse) => {
    expect(compareProfiles(before(was), probed([field], is))).toMatchObject([{ worse }]);
  });

  it('is not what was taken for granted', () => {
    const now = probed(['contextWindow'], { contextWindow: 8_192 });
    const assumed = {
      ...now,
      findings: now.findings.map((finding) => ({ ...finding, confidence: 'assumed' as const })),
    };
    expect(compareProfiles(before(), assumed)).toEqual([]);
  });

  it('is not the order of a list, and not the noise of a measure', () => {
    const choices = probed(['tools.choices.none'], { tools: { choices: ['named', 'required', 'none', 'auto'] } });
    expect(compareProfiles(before(), choices)).toEqual([]);
    const measured = probed(['tokens.charactersPerToken'], { tokens: { charactersPerToken: 3.6 } });
    expect(compareProfiles(before(), measured)).toEqual([]);
  });
});
