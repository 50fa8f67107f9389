import { describe, expect, it } from '@jest/globals';
import { queryTerms } from '../text/query-terms.js';
import { updatesAmong, type Said } from './updates.js';

const said = (id: string, text: string, more: Partial<Said> = {}): Said => ({
  id,
  text,
  kind: 'episode',
  speaker: 'Ann',
  source: 'user',
  score: 1,
  occurred_at: new Date(Date.UTC(2026, 0, id.length)),
  position: '0',
  conversation: 'c',
  ...more,
});
const updates = (query: string, ...texts: string[]) =>
  updatesAmong(
    // The later one is found, and not as well as the earlier.
    texts.map((text, index) => said('x'.repeat(index + 1), text, { score: 1 - index / 2 })),
    queryTerms(query),
  ).length > 0;

describe('what was said later', () => {
  it.each([
    [
      'When is the workshop?',
      'I planned a workshop on pottery for March 20.',
      'The pottery workshop has been moved to March 27 for more guests.',
    ],
    [
      'How many pages has the report?',
      'My report has 120 pages by now, with three chapters.',
      'The number of pages of my report has grown to 135.',
    ],
    [
      'What is my snack budget?',
      'I increased the snack budget to $65 for the cupcakes.',
      'The snack budget was adjusted to $75 after I added drinks.',
    ],
    [
      'What is the response time of the API?',
      'The response time of the API is 300 ms. Can you review the code?',
      'I improved the response time of the API, it is 250 ms. What else?',
    ],
  ])('brings up to date what was said before, for %j', (query, before, now) => {
    expect(updates(query, before, now)).toBe(true);
  });

  it.each([
    [
      'about something else',
      'When is the workshop?',
      'The workshop is on March 20.',
      'My dentist moved my appointment to March 27.',
    ],
    [
      'with the same value',
      'When is the workshop?',
      'The pottery workshop is on March 20.',
      'As planned, the pottery workshop is on March 20.',
    ],
    [
      'without any value',
      'When is the workshop?',
      'The pottery workshop is on March 20.',
      'The pottery workshop will be fun.',
    ],
  ])('%s changes nothing', (_, query, before, now) => {
    expect(updates(query, before, now)).toBe(false);
  });

  it('brings it up to date within a long message that is far from the query, where its sentence says most of what is asked', () => {
    const query = 'How many visitors came to the open day of the museum?';
    const before = said('a', 'We counted 150 visitors on the open day of the museum.');
    const later = (text: string) => updatesAmong([before, said('bb', text, { score: 0.3 })], queryTerms(query));
    const besides = 'Help me write an invitation for our sponsors. It should be short and warm.';
    expect(later(`Visitors of the museum have now reached 165 for the open day. ${besides}`)).toEqual([['a', 'bb']]);
    expect(later(`My museum blog has now reached 165 readers. ${besides}`)).toEqual([]);
  });

  it('that names the old value, or is as near to the query, brings it up to date in other words', () => {
    const before = said('a', 'We put 250 euros aside for the kitchen.', { score: 0.8 });
    const now = (score: number, text: string) => said('bb', text, { score });
    const terms = queryTerms('How much may the renovation cost?');
    expect(updatesAmong([before, now(0.4, 'For the kitchen it is 310 now, not 250.')], terms)).toEqual([['a', 'bb']]);
    expect(updatesAmong([before, now(0.7, 'We raised what we spend to 310 euros.')], terms)).toEqual([['a', 'bb']]);
    expect(updatesAmong([before, now(0.4, 'I raised my glass to the 12 guests.')], terms)).toEqual([]);
  });

  it('that names the old value brings it up to date though nothing else of it is like the query', () => {
    const before = said('a', 'I am learning to play the oboe with Greta.');
    const now = said('bb', 'My music lessons with Dario replaced those with Greta.', { score: 0.25 });
    const terms = queryTerms('Who teaches what to Ann?');
    expect(updatesAmong([before, now], terms)).toEqual([]);
    const told = said('a', 'I take music lessons with Greta.');
    expect(updatesAmong([told, now], terms)).toEqual([['a', 'bb']]);
    expect(updatesAmong([told, { ...now, score: 0.1 }], terms)).toEqual([]);
  });

  it('by an agent that explains, or in words that all hits have, changes nothing', () => {
    const terms = queryTerms('How far is my project?');
    const before = said('a', 'My project uses Flask 2.3 and has 12 pages.');
    const now = said('bb', 'I updated the project to Flask 2.3 with 19 pages.');
    expect(updatesAmong([before, now], terms)).toEqual([['a', 'bb']]);
    const explains = (hit: Said): Said => ({ ...hit, source: 'agent', speaker: 'assistant' });
    expect(updatesAmong([explains(before), explains(now)], terms)).toEqual([]);
    const rest = Array.from({ length: 8 }, (_, n) =>
      said(`c${'x'.repeat(n)}`, `The pages of Flask ${n} are a project`),
    );
    const same = said('aa', 'Flask pages of a project are fun in 2.');
    expect(updatesAmong([said('a', 'Flask pages of a project are slow in 3.'), same, ...rest], [])).toEqual([]);
  });

  it('by somebody else, or hardly to the point, changes nothing', () => {
    const before = said('a', 'The pottery workshop is on March 20.');
    const now = said('bb', 'The pottery workshop has been moved to March 27.');
    const terms = queryTerms('pottery workshop');
    expect(updatesAmong([before, now], terms)).toEqual([['a', 'bb']]);
    expect(updatesAmong([before, { ...now, speaker: 'Bob' }], terms)).toEqual([]);
    expect(updatesAmong([before, { ...now, score: 0.1 }], terms)).toEqual([]);
    expect(updatesAmong([before, { ...now, kind: 'fact' }], terms)).toEqual([]);
  });
});
