import { describe, expect, it } from '@jest/globals';
import type { ProbeFinding, ProbeResult, ProfileMembers } from '@switchyard/models';
import { parseDefinitions } from '../parse-definitions.js';
import { backendOf, definitionOf } from './definition.js';
import { profileFile } from './profile-file.js';

// As the commands load it: when it is used.
const { defineProfile, NO_USAGE } = await import('@switchyard/models');

function result(members: ProfileMembers, findings: ProbeFinding[] = [], more: Partial<ProbeResult> = {}): ProbeResult {
  return {
    backend: {
      name: 'scout',
      baseUrl: 'http://127.0.0.1:8000/v1',
      model: 'meta-llama/Scout',
      api: 'openai-chat',
      apiKeyEnv: 'SCOUT_KEY',
      profile: defineProfile({ api: 'openai-chat', ...members }),
    },
    members,
    findings,
    notTried: [{ field: 'overflow', why: 'it is paid' }],
    requests: 19,
    usage: { ...NO_USAGE, inputTokens: 1_729, outputTokens: 716 },
    costUsd: 0.0012,
    warnings: [],
    ...more,
  };
}

const finding = (field: string, value: ProbeFinding['value'], how: string): ProbeFinding => ({
  field,
  value,
  how,
  requestNumber: 5,
  confidence: 'proved',
});

const written = async (found: ProbeResult) => profileFile(await definitionOf(found), found, '2026-11-26');

const MEMBERS: ProfileMembers = {
  contextWindow: 8_192,
  dialect: 'glm-4.7',
  streamUsage: true,
  capabilities: { tools: true, vision: true },
  reasoning: { opened: true, fields: ['reasoning', 'reasoning_content'] },
  tools: { choices: ['auto', 'none'] },
  system: { role: 'system', placement: 'first' },
  prices: { input: 1, output: 3.2 },
  unsupported: ['seed'],
};

describe('a written profile', () => {
  it('is read back as the same backend', async () => {
    const found = result(MEMBERS);
    const [definition] = parseDefinitions(await written(found), 'scout.yaml');
    expect(definition).toEqual(await definitionOf(found));
    expect(await backendOf(definition ?? {})).toEqual(found.backend);
  });

  it('has what differs from the defaults, each with the finding behind it, and the rest as comments', async () => {
    const text = await written(
      result(MEMBERS, [
        finding('dialect', 'glm-4.7', 'exactly as glm-4.7 writes it'),
        finding('tools.choices.required', false, 'it was refused'),
        finding('streamUsage', true, 'it was accepted'),
      ]),
    );
    expect(text).toContain('  # exactly as glm-4.7 writes it (request 5, proved)\n  dialect: glm-4.7\n');
    expect(text).toContain('    # it was refused (request 5, proved)\n    choices:\n');
    expect(text).toContain('#   streamUsage is true: it was accepted (request 5, proved)\n');
    expect(text).toContain('#   overflow: it is paid\n');
    expect(text).toContain('19 requests, 1,729 tokens in and 716 out, about $0.0012');
    expect(text).not.toMatch(/^\s*(?:streamUsage|version):/mu);
    expect(text).not.toMatch(/^ {4}tools: true/mu);
  });

  it('is empty where nothing differs, and says that the window is not known', async () => {
    const found = result({}, [], { notTried: [{ field: 'contextWindow', why: 'nobody tells it' }] });
    const text = await written(found);
    expect(parseDefinitions(text, 'x')).toEqual([expect.objectContaining({ profile: {} })]);
    expect(text).toContain('# Note: contextWindow: nobody tells it.\n');
  });

  it('holds what an endpoint says within comments, whatever it says', async () => {
    for (const evil of [
      'x\napi: gemini',
      'x\r\nname: other',
      'x\u2028name: other',
      'x\u0085name: other',
      '\u001b[31mred',
      '--- \n...',
      '"%"',
    ]) {
      const found = result(MEMBERS, [finding('dialect', evil, evil), finding('ids.returned', evil, evil)], {
        warnings: [evil],
      });
      const text = await written(found);
      expect(parseDefinitions(text, 'x')).toEqual([await definitionOf(found)]);
      expect(text).not.toContain('\u001b');
    }
  });
});

describe('a definition that is checked', () => {
  it('has to name its parts, and a profile that can be used', async () => {
    await expect(backendOf({ name: 'x' })).rejects.toMatchObject({ code: 'definition.invalid' });
    const whole = { name: 'x', base_url: 'http://h', model: 'm', api: 'openai-chat' };
    await expect(backendOf({ ...whole, profile: { contextWindow: 'large' } })).rejects.toMatchObject({
      code: 'definition.invalid',
      message: expect.stringContaining('contextWindow'),
    });
    expect(await backendOf(whole)).toMatchObject({ name: 'x', profile: { contextWindow: 32_768 } });
  });
});
