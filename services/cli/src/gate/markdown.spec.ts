import { describe, expect, it } from '@jest/globals';
import { comparisonOf, evaluationOf, resultOf } from './gate.fixture.js';
import { gateVerdict } from './gate-verdict.js';
import { gateMarkdown } from './markdown.js';

describe('the Markdown report', () => {
  it('says the verdict first, then why, then the proof', () => {
    const lines = gateMarkdown(gateVerdict(evaluationOf(), comparisonOf())).split('\n');
    expect(lines[0]).toBe('### ❌ FAIL: <code>sums</code>');
    expect(lines[2]).toBe('- exact is worse by 30 points over 60 cases, beyond doubt.');
    expect(lines).toContain('| <code>exact</code> | FAIL | 60 | 0.900 | 0.600 | −0.300 (−0.400 to −0.200) | – |');
    expect(lines).toContain('- Cost of a run: $0.0100 → $0.005, −$0.005 (−$0.006 to −$0.004)');
  });

  it('says what people would pass by the judge’s known errors', () => {
    const corrected = { correctedShare: 0.9, correctedLow: 0.842, correctedHigh: 0.951 };
    const summary = [{ scorer: 'tone', count: 2, passed: 2, ...corrected, sensitivity: 1, specificity: 0.7 }];
    const lines = gateMarkdown(gateVerdict(evaluationOf({ summary }), undefined)).split('\n');
    expect(lines).toContain(
      '- <code>tone</code>: people would pass 0.900 (0.842 to 0.951): the judge passes 100 % of what is right and 30 % of what is wrong',
    );
  });

  it('lists what did not pass, and how much more there is', () => {
    const scores = [{ scorer: 'exact', passed: false, reason: 'no' }];
    const results = Array.from({ length: 33 }, (_, n) => resultOf(`case ${n}`, { scores }));
    const text = gateMarkdown(gateVerdict(evaluationOf({ results }), undefined));
    expect(text).toContain('<details><summary>33 scores did not pass</summary>');
    expect(text.match(/<code>case \d+<\/code>/g)).toHaveLength(30);
    expect(text).toContain('and 3 more');
    expect(text).toContain('There was no baseline');
  });

  it('calls nobody, links nothing and breaks no table, whatever models say', () => {
    const reason = 'got | "@octocat" #1 <img src=x> `x` [a](http://b)\n| --- |\u001b[31m';
    const results = [resultOf('a|b', { scores: [{ scorer: 'exact', passed: false, reason }] })];
    const text = gateMarkdown(gateVerdict(evaluationOf({ results }), undefined));
    const row = text.split('\n').find((line) => line.startsWith('| <code>a'));
    expect(row).toBe(
      '| <code>a&#124;b</code> | 1 | <code>exact</code> | <code>got &#124; "&#64;octocat" &#35;1 &#60;img src=x&#62; &#96;x&#96; &#91;a&#93;(http://b) &#124; --- &#124;&#91;31m</code> |',
    );
  });
});
