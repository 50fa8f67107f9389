import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { AgentVersionSchema, create, RolloutSchema, timestampFromDate } from '@switchyard/contracts';
import { guardrailOf } from './guardrail-option.js';
import { rolloutList, rolloutText } from './rollout-text.js';

const rollout = create(RolloutSchema, {
  ...{ id: 'rollout_1', agent: 'helper', baseline: 'sha256:aaaa', candidate: 'sha256:bbbb', status: 'running' },
  ...{
    share: 0.125,
    sticky: 'thread',
    startedBy: 'user:ada',
    startedAt: timestampFromDate(new Date()),
    promoteAfter: 500,
  },
  guardrails: [
    { name: 'success', measure: 'success', margin: 0.02, alpha: 0.025 },
    { name: 'tone', measure: 'score', of: 'politeness', margin: 0.05, alpha: 0.025 },
    { name: 'cost', measure: 'cost', margin: 0.1, alpha: 0.01 },
  ],
});
const versions = [
  create(AgentVersionSchema, { version: 'sha256:aaaa', number: 3, current: true }),
  create(AgentVersionSchema, { version: 'sha256:bbbb', number: 4 }),
];
const plain = (text: string) => stripVTControlCharacters(text).split('\n');

describe('a rollout on a screen', () => {
  it('tells its versions, its share, what it is held to and who started it', () => {
    expect(plain(rolloutText(rollout, versions))).toEqual([
      'rollout_1  helper  running',
      'candidate  version 4  bbbb',
      'baseline   version 3, current  aaaa',
      'share      12.5 % of new runs, the same for a thread',
      'guardrails success: at most 2 points worse, false alarms 2.5 %',
      '           score of politeness (tone): at most 5 points worse, false alarms 2.5 %',
      '           cost: at most 10 % worse, false alarms 1 %',
      'promotion  by itself after 500 runs of the candidate',
      'started    0 s ago by user:ada',
    ]);
  });

  it('tells how it ended, and of none that there is none', () => {
    const end = {
      status: 'rolled_back',
      reason: 'worse',
      guardrail: 'cost',
      endedBy: 'evaluator',
      endedAt: timestampFromDate(new Date()),
    };
    const ended = create(RolloutSchema, { ...rollout, ...end });
    expect(plain(rolloutText(ended, [])).at(-1)).toBe('ended      0 s ago by evaluator: guardrail cost, worse');
    expect(plain(rolloutList([ended]))[1]).toMatch(/^rollout_1 {2}helper {2}rolled back {2}12\.5 % {2}bbbb .* worse$/);
    expect(rolloutList([])).toBe('Nothing was rolled out.');
  });
});

describe('a guardrail on the command line', () => {
  it('is a measure, what it is of, and a margin', () => {
    expect(guardrailOf('success:0.02')).toEqual({ measure: 'success', margin: 0.02 });
    expect(guardrailOf('cost')).toEqual({ measure: 'cost' });
    expect(guardrailOf('score/tone.of-voice:.05')).toEqual({ measure: 'score', of: 'tone.of-voice', margin: 0.05 });
  });

  it.each(['', 'speed:0.1', 'success:', 'success:-1', 'score:0.1', 'cost/x:0.1', 'success:1e9'])(
    '%j is bad usage',
    (text) => {
      expect(() => guardrailOf(text)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
    },
  );
});
