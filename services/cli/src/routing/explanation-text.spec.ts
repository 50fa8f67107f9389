import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { create, RoutingExplanationSchema, RoutingViewSchema } from '@switchyard/contracts';
import { beliefsText } from './beliefs-text.js';
import { explanationText } from './explanation-text.js';

const plain = (text: string) => stripVTControlCharacters(text);

describe('the explanation of a choice', () => {
  const explanation = create(RoutingExplanationSchema, {
    ...{ runId: 'run_1', agent: 'helper', backend: 'glm', reason: 'glm scores best of 2 by balanced', byRecord: true },
    ...{ policy: 'balanced', taskClass: 'refund', revision: 120, draw: 0.4242, explore: 0.05, contextTokens: 1_400 },
    ...{ budgetUsdPerTask: 0.01, price: 0.2, balanceUsd: -0.03, verification: 'identical' },
    candidates: [
      {
        ...{ backend: 'glm', chosen: true, health: 'fit', certified: true, score: 0.85, quality: 0.9 },
        ...{ deviation: 0.02, runs: 88.4, costUsd: 0.004, latencyMs: 900 },
      },
      { backend: 'gpt', health: 'fit', score: 0.7, quality: 0.92, deviation: 0.1, runs: 3, ruledOut: ['budget: …'] },
      { backend: 'tiny', ruledOut: ['capability: no tools'] },
    ],
  });

  it('is a screen: what and why, the candidates with what was believed, what was drawn, whether it is the same again', () => {
    const text = plain(explanationText(explanation));
    expect(text.split('\n').length).toBeLessThan(24);
    expect(text).toContain('run_1  helper on glm');
    expect(text).toMatch(/^policy +balanced; class of task: refund; revision 120$/m);
    expect(text).toMatch(/^drawn +0\.4242.*the best was taken$/m);
    expect(text).toMatch(/^budget +\$0\.0100 a task; left over -\$0\.0300/m);
    expect(text).toMatch(/^→ +glm +0\.850 +0\.900 ± 0\.040 +88 +\$0\.004 +900 ms +yes$/m);
    expect(text).toMatch(/^ +tiny +– +– +– +– +– +– +capability: no tools$/m);
    expect(text).toMatch(/identical\.$/);
  });

  it('says so where nothing that was learnt had a part, and where it is different or gone', () => {
    const named = create(RoutingExplanationSchema, { runId: 'run_2', backend: 'glm', reason: 'named by the task' });
    expect(plain(explanationText(named))).toContain('Nothing that was learnt had a part in it.');
    for (const [verification, words] of [
      ['different', 'different (why)'],
      ['gone', 'cannot be decided again: why'],
    ] as const)
      expect(plain(explanationText({ ...explanation, verification, difference: 'why' }))).toContain(words);
  });
});

describe('what is believed of backends', () => {
  it('is a row for each class and backend, the budget, and what has changed', () => {
    const view = create(RoutingViewSchema, {
      ...{ agent: 'helper', revision: 9, learnt: 8, explored: 1, budgetUsdPerTask: 0.01, recentCostUsd: 0.008 },
      beliefs: [{ backend: 'glm', quality: 0.8, deviation: 0.05, runs: 8, costUsd: 0.002, failureRate: 0.125 }],
      changes: [{ backend: 'glm', everywhere: true, direction: 'down', shift: -0.4, learnt: 7, runs: 5 }],
    });
    const text = plain(beliefsText(view));
    expect(text).toMatch(/^helper {2}revision 9; learnt of 8 runs, 1 of them/m);
    expect(text).toMatch(/^– +glm +0\.800 ± 0\.100 +8 +\$0\.002 +– +13 % +–$/m);
    expect(text).toContain('glm became worse in all classes by 0.40: noticed after 5 runs, when 7 were learnt of');
    expect(plain(beliefsText(create(RoutingViewSchema, { agent: 'new' })))).toContain('Nothing is known');
  });
});
