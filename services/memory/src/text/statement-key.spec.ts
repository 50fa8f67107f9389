import { describe, expect, it } from '@jest/globals';
import { statementKey } from './statement-key.js';

describe('statementKey', () => {
  it.each([
    ['case and white space', 'User  likes\nTEA', 'user likes tea'],
    ['closing full stops', 'User likes tea.', 'User likes tea'],
    ['compatibility forms', 'Ｕｓｅｒ likes tea', 'User likes tea'],
    ['invisible characters', 'User\u200b likes tea', 'User likes tea'],
    ['contractions', 'It’s not what I’m used to, I can’t say why', 'it is not what I am used to, I cannot say why'],
    ['articles and quotation marks', 'The door is "open"', 'door is open'],
    ['what people open with', 'Please remember that the door is open', 'The door is open!'],
    ['what people close with', 'By the way: the door is open, thanks', 'the door is open'],
    ['commas', 'Ann, who came late, left', 'Ann who came late left'],
  ])('is the same over %s', (_, one, other) => {
    expect(statementKey(one)).toBe(statementKey(other));
  });

  it.each([
    ['a word', 'User likes tea', 'User likes coffee'],
    ['a question', 'User likes tea', 'User likes tea?'],
    ['a number', 'Room 12', 'Room 1 2'],
    ['punctuation alone', '...', '!'],
    ['a negation', 'The door is open', 'The door is not open'],
    ['a contracted negation', 'I can go', "I can't go"],
    ['a preposition', 'moved from Rome to Bonn', 'moved to Rome from Bonn'],
    ['the order of words', 'Ann owes Bob', 'Bob owes Ann'],
    ['a pronoun', 'I owe you 5', 'you owe me 5'],
    ['a tense', 'Ann is in Bonn', 'Ann was in Bonn'],
    ['a fraction', 'it takes 3.5 hours', 'it takes 35 hours'],
    ['a sign', 'C++ is used', 'C is used'],
    ['a percent sign', 'grew by 10%', 'grew by 10'],
    ['a name', 'Marta called', 'Marty called'],
  ])('differs by %s', (_, one, other) => {
    expect(statementKey(one)).not.toBe(statementKey(other));
  });

  it('of an episode tells speakers apart, and is not that of a fact', () => {
    const [ann, bob, fact] = [
      statementKey('I like tea', 'Ann'),
      statementKey('I like tea', 'Bob'),
      statementKey('I like tea'),
    ];
    expect(new Set([ann, bob, fact]).size).toBe(3);
    expect(statementKey('i LIKE tea.', 'Ann')).toBe(ann);
  });

  it('tells texts without words apart', () => {
    expect(statementKey('please')).not.toBe(statementKey('thanks'));
    expect(statementKey('the')).not.toBe(statementKey('a'));
  });
});
