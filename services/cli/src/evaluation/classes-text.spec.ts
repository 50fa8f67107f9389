import { describe, expect, it } from '@jest/globals';
import { create, ClassRulesSchema, SuggestedClassesSchema, TaskClassSchema } from '@switchyard/contracts';
import { appliedText, classText, rulesText, suggestionText } from './classes-text.js';

describe('what is said of classes', () => {
  it('names whose rules were applied, and whether that changed anything', () => {
    const rules = create(ClassRulesSchema, { agent: 'shop', number: 2, classes: ['refund'], changed: true });
    expect(appliedText(rules)).toBe('Rules of shop applied, version 2, 1 class');
    expect(appliedText({ ...rules, agent: '', changed: false })).toMatch(/^Rules of all agents unchanged/);
    expect(rulesText([])).toContain('There are no rules of classes.');
    expect(rulesText([rules]).split('\n')[1]).toMatch(/^shop +2 .* refund$/);
  });

  it.each([
    [{ class: 'own', by: 'task' }, 'own  its metadata says so (task_class)'],
    [{ class: 'a', by: 'rule', agent: 'shop', number: 3, place: 2 }, 'a  rule 2 of shop, version 3'],
    [
      { class: 'b', by: 'like', place: 1, number: 1, similarity: 0.456, threshold: 0.1 },
      'b  rule 1 of all agents, version 1: like its words by 0.46, of 0.10 that it takes',
    ],
    [{ by: 'none', undecided: ['`x`: why'] }, 'no class  no rule fits\ncould not be decided: `x`: why'],
  ])('says of %j why', (found, text) => {
    expect(classText(create(TaskClassSchema, found))).toBe(text);
  });

  it('shows what is proposed with examples, and warns where that is as much chance', () => {
    const classes = [
      { name: 'refund-card', runs: 12, words: ['refund', 'card'], examples: [{ runId: 'run_1', text: 'a\nrefund' }] },
    ];
    const found = create(SuggestedClassesSchema, {
      classes,
      runs: 14,
      unlike: 2,
      leftOut: 1,
      stability: 0.4,
      agreement: 0.93,
    });
    const text = suggestionText('shop', found);
    expect(text).toMatch(/^1 class in 14 runs of shop; 2 like none; 1 left out/);
    expect(text).toContain('refund-card  12 runs  refund, card\n  run_1  a refund');
    expect(text).toContain('class 93 % of these runs');
    expect(text).toContain('That is little');
    expect(suggestionText('shop', create(SuggestedClassesSchema, { runs: 3, unlike: 3 }))).toBe(
      '0 classes in 3 runs of shop; 3 like none.',
    );
  });
});
