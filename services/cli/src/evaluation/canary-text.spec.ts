import { describe, expect, it } from '@jest/globals';
import { CanarySchema, create, type MessageInitShape } from '@switchyard/contracts';
import { canaryText } from './canary-text.js';

type CanaryParts = Omit<MessageInitShape<typeof CanarySchema>, '$typeName' | '$unknown'>;

const RUNNING: CanaryParts = {
  rollout: {
    ...{ id: 'rollout_1', agent: 'helper', share: 0.1, sticky: 'user', status: 'running', promoteAfter: 300 },
    ...{ baseline: `sha256:${'a'.repeat(64)}`, candidate: `sha256:${'b'.repeat(64)}` },
  },
  ...{ state: 'watching', candidateExposures: 142, baselineExposures: 1254, exposuresPerHour: 79 },
  moreUntilPromotion: 158,
  guardrails: [
    {
      guardrail: { name: 'success', measure: 'success', margin: 0.02 },
      candidate: { exposures: 142, mean: 0.81 },
      baseline: { exposures: 1254, mean: 0.903 },
      ...{ difference: -0.093, low: -0.201, high: 0.02, verdict: 'watching', moreExposures: 158 },
    },
    {
      guardrail: { name: 'dear', measure: 'cost', margin: 0.1 },
      candidate: { exposures: 42, mean: 0.02 },
      baseline: { exposures: 1254, mean: 0.01 },
      ...{ difference: 0.01, verdict: 'watching', note: 'decides from 100 runs of each arm on', moreExposures: 58 },
    },
    { guardrail: { name: 'tone', measure: 'feedback', margin: 0.05 }, verdict: 'waiting' },
  ],
};

describe('a canary on the screen', () => {
  it('has its guardrails as rows, with the interval, what is allowed and how many more it takes', () => {
    const lines = canaryText(create(CanarySchema, RUNNING)).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^rollout_1: agent helper, 10 % of its new users try b{12} instead of a{12}, begun/),
      'watching: 142 exposures of the candidate, 79 an hour, 1254 of the baseline',
      'promoted after 158 more (2 h 0 min at this rate), if no guardrail finds harm',
    ]);
    expect(lines.slice(4).map((line) => line.split(/ {2,}/))).toEqual([
      ['GUARDRAIL', 'CANDIDATE', 'BASELINE', 'DIFFERENCE', 'ALLOWED', 'VERDICT', 'MORE'],
      ['success', '81.0 % (142)', '90.3 % (1254)', '−9.3 (−20.1 to +2.0)', '−2 points', 'watching', '158'],
      ['dear', '$0.0200 (42)', '$0.0100 (1254)', '+$0.0100', '+10 %', 'watching', '58'],
      ['tone', '–', '–', '–', '−0.05', 'waiting', '–'],
      ['dear decides from 100 runs of each arm on'],
    ]);
  });

  it('says that it waits, what is decided and not yet acknowledged, and how and by whom it ended', () => {
    const text = (more: CanaryParts) => canaryText(create(CanarySchema, { ...RUNNING, ...more }));
    expect(text({ state: 'waiting' })).toContain('waiting for runs: ');
    expect(text({ state: 'ending', decision: 'rolled_back', decisionReason: 'It is worse.' })).toContain(
      'to be rolled back: It is worse.',
    );
    const rollout = { status: 'stopped', endedBy: 'user:ann', reason: 'We wait.\u001b[2J' };
    expect(text({ state: 'ended', rollout })).toMatch(/stopped by user:ann: We wait\.\[2J$/);
  });
});
