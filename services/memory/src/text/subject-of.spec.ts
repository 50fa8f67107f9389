import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queryTerms } from './query-terms.js';
import { subjectOf } from './subject-of.js';

describe('what a query looks for', () => {
  it.each([
    [
      'Can you walk me through the order in which I brought up my garden, in order? Mention only three items.',
      'my garden',
    ],
    ['Please list the songs that we discussed throughout our conversations', 'the songs'],
    ['How many shoe sizes have I mentioned across my messages?', 'How many shoe sizes'],
    ['Could you please remind me of the name of the vet?', 'the name of the vet'],
    ['tell me about what I’ve mentioned in our previous chats of Rome', 'what of Rome'],
  ])('is not how it is to be answered: %s', (query, subject) => {
    expect(queryTerms(subjectOf(query))).toEqual(queryTerms(subject));
  });

  it.each([
    'What did I order in March?',
    'Who listed the house?',
    'She gave me a lift in her conversation with Bob',
    'Only three items fit on the list',
    'Was habe ich in unseren Gesprächen über Rom gesagt?',
    'the conversations of our ancestors',
  ])('is all of it where it says nothing of its answer: %s', (query) => {
    expect(subjectOf(query)).toBe(query);
  });

  it('is the query itself where nothing else is left, and of a pasted text all', () => {
    expect(subjectOf('What have we discussed?')).not.toBe('');
    expect(subjectOf('list')).toBe('list');
    const pasted = 'list only '.repeat(1_000);
    expect(subjectOf(pasted)).toBe(pasted);
  });

  it('takes terms away and never adds one, for any text', () => {
    const word = fc.constantFrom(
      'list',
      'only',
      'our',
      'chats',
      'in',
      'order',
      'I',
      'mentioned',
      'tea',
      '.',
      ',',
      '?',
      'can',
      'you',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
        ),
        (query) => {
          const before = new Set(queryTerms(query));
          expect(queryTerms(subjectOf(query)).filter((term) => !before.has(term))).toEqual([]);
        },
      ),
    );
  });
});
