import { describe, expect, it } from '@jest/globals';
import { statementKey } from './statement-key.js';

describe('statementKey', () => {
  it.each([
    ['case and white space', 'User  likes\nTEA', 'user likes tea'],
    ['closing full stops', 'User likes tea.', 'User likes tea'],
    ['compatibility forms', 'Ｕｓｅｒ likes tea', 'User likes tea'],
    ['invisible characters', 'User\u200b likes tea', 'User likes tea'],
  ])('is the same over %s', (_, one, other) => {
    expect(statementKey(one)).toBe(statementKey(other));
  });

  it.each([
    ['a word', 'User likes tea', 'User likes coffee'],
    ['a question', 'User likes tea', 'User likes tea?'],
    ['a number', 'Room 12', 'Room 1 2'],
    ['punctuation alone', '...', '!'],
  ])('differs by %s', (_, one, other) => {
    expect(statementKey(one)).not.toBe(statementKey(other));
  });
});
