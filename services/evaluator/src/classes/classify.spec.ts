import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { classify } from './classify.js';
import { inputText } from './input-text.js';
import { readClassRules } from './read-class-rules.js';

const task = (input: string, metadata: Record<string, string> = {}) => ({
  ...{ input, agent: 'shop', tenant: 'default', user: 'ann', metadata },
});
const RULES: JsonObject = {
  agent: 'shop',
  classes: [
    { class: 'refund', when: 'input.lowerAscii().contains("refund")' },
    { class: 'mail', when: 'metadata.channel == "mail"' },
    { class: 'login', like: { password: 2, login: 1, reset: 1 }, threshold: 0.3 },
    { class: 'shipping', like: { parcel: 1, delivery: 1 }, threshold: 0.3 },
  ],
};

describe('the class of a task', () => {
  const rules = readClassRules(RULES);

  it.each([
    ['A Refund of my parcel, for the password', {}, 'refund', 'rule', 1],
    ['hello', { channel: 'mail' }, 'mail', 'rule', 2],
    ['My password: reset', { channel: 'web' }, 'login', 'like', 3],
    ['Where is my parcel?', { channel: 'web' }, 'shipping', 'like', 4],
    ['Where is the moon?', { channel: 'web' }, '', 'none', 0],
    ['', {}, '', 'none', 0],
  ])('of "%s" with %j is "%s", by %s', (input, metadata, name, by, place) => {
    expect(classify([rules], task(input, metadata))).toMatchObject({ class: name, by, place });
  });

  it('is not guessed where a condition cannot be decided, and that is told', () => {
    const { class: name, undecided } = classify([rules], task('a parcel'));
    expect(name).toBe('shipping');
    expect(undecided).toEqual([expect.stringMatching(/^`metadata.channel == "mail"`: No such key: channel/)]);
  });

  it('is said by the first set of rules that names one, a set’s words before the next set’s conditions', () => {
    const all = readClassRules({ classes: [{ class: 'rest', when: 'true' }] });
    expect(classify([rules, all], task('parcel', { channel: '' }))).toMatchObject({ class: 'shipping', rules });
    expect(classify([rules, all], task('moon', { channel: '' }))).toMatchObject({ class: 'rest', rules: all });
    expect(classify([], task('moon'))).toMatchObject({ class: '', by: 'none', rules: undefined });
  });

  it('by words takes the text’s length into account: a word in passing makes no class', () => {
    const passing = `parcel ${Array.from({ length: 60 }, (_, n) => `word${'abcdefghij'[n % 10] ?? ''}${'klmnop'[n % 6] ?? ''}`).join(' ')}`;
    expect(classify([rules], task(passing, { channel: '' }))).toMatchObject({ by: 'none' });
  });
});

describe('rules of classes', () => {
  it.each<[string, JsonObject, RegExp]>([
    ['no classes', {}, /classes: is missing/],
    ['an unknown key', { classes: [{ class: 'a', when: 'true', then: 1 }] }, /classes\[0\]\.then: unknown key/],
    ['neither condition nor words', { classes: [{ class: 'a' }] }, /classes\[0\]: needs "when"/],
    ['both', { classes: [{ class: 'a', when: 'true', like: { x: 1 } }] }, /not both/],
    ['a condition that is none', { classes: [{ class: 'a', when: 'input.' }] }, /classes\[0\]\.when: The condition/],
    [
      'a threshold of a condition',
      { classes: [{ class: 'a', when: 'true', threshold: 1 }] },
      /threshold: goes with "like"/,
    ],
    ['a word in capitals', { classes: [{ class: 'a', like: { Refund: 1 } }] }, /like\.Refund: is read as "refund"/],
    ['two words in one', { classes: [{ class: 'a', like: { 'my card': 1 } }] }, /is read as "card"/],
    ['a figure', { classes: [{ class: 'a', like: { '12': 1 } }] }, /is no word/],
    ['a weight of 0', { classes: [{ class: 'a', like: { refund: 0 } }] }, /more than 0/],
    ['a class that is no name', { classes: [{ class: 'a\nb', when: 'true' }] }, /classes\[0\]\.class/],
    ['an agent that is no name', { agent: 'a b', classes: [] }, /agent/],
  ])('with %s are refused', (_, written, why) => {
    const read = () => readClassRules(written);
    expect(read).toThrow(expect.objectContaining({ code: 'class_rules.invalid' }));
    expect(read).toThrow(why);
  });

  it('say all that is wrong at once', () => {
    const classes = [{ class: 'a' }, { class: 'b', when: '1' }, { class: 'c', like: { AB: 1 } }];
    expect(() => readClassRules({ classes })).toThrow(/classes\[0\].*classes\[1\].*classes\[2\]/s);
  });
});

describe('the text of an input', () => {
  it.each([
    ['hello', 'hello'],
    [{ messages: [{ role: 'user', content: 'hi' }, { text: ['a', 1, null] }] }, 'user\nhi\na'],
    [null, ''],
    [12, ''],
  ])('of %j is "%s"', (input, text) => expect(inputText(input)).toBe(text));

  it('is bounded, however large or deep the input is', () => {
    expect(inputText(['x'.repeat(70_000), 'y'])).toHaveLength(65_536);
    let deep: JsonObject = { text: 'deep' };
    for (let level = 0; level < 1_000; level += 1) deep = { deep };
    expect(inputText(deep)).toBe('');
  });
});
