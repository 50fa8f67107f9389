import { describe, expect, it } from '@jest/globals';
import { defineProfile, profileVersion } from './profile.js';

describe('a profile', () => {
  it('has the version of its content: equal ones share it, any change gives another, storing keeps it', () => {
    const profile = defineProfile({ api: 'openai-chat', contextWindow: 1_000, prices: { input: 1, output: 2 } });
    expect(defineProfile({ prices: { output: 2, input: 1 }, contextWindow: 1_000, api: 'openai-chat' }).version).toBe(
      profile.version,
    );
    expect(
      defineProfile({ api: 'openai-chat', contextWindow: 1_001, prices: { input: 1, output: 2 } }).version,
    ).not.toBe(profile.version);
    expect(profileVersion(JSON.parse(JSON.stringify(profile)))).toBe(profile.version);
    expect(profile.version).toMatch(/^p_[0-9a-f]{16}$/);
  });

  it('takes its defaults from its wire API', () => {
    expect(defineProfile({ api: 'anthropic' })).toMatchObject({
      usage: { inputIncludesCached: false },
      reasoning: { signer: 'anthropic', replay: 'signed' },
    });
    expect(defineProfile({ api: 'gemini' })).toMatchObject({
      callIds: 'none',
      usage: { inputIncludesCached: true, outputIncludesReasoning: false },
      reasoning: { signer: 'gemini', replay: 'signed' },
      callSeal: { placeholder: 'skip_thought_signature_validator' },
    });
    expect(defineProfile({ api: 'openai-chat', capabilities: { vision: true } })).toMatchObject({
      usage: { inputIncludesCached: true },
      capabilities: { vision: true, tools: true },
      reasoning: { replay: 'none' },
    });
  });
});
