import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hintsOf } from './hints.js';
import {
  heldOutRequests,
  labelledRequests,
  realisticTools,
  type LabelledRequest,
} from './labelled-requests.fixture.js';
import { ToolSearch } from './tool-search.js';
import { wordsOf } from './words.js';

const search = new ToolSearch(realisticTools());
const names = (query: string, limit = 5) => search.find(query, limit).map(({ name }) => name);

describe('finding tools', () => {
  it('has what is meant among the first five and the first ten, over requests that do not repeat the names', () => {
    const [labelled, heldOut] = [labelledRequests(), heldOutRequests()];
    expect(search.size).toBeGreaterThanOrEqual(200);
    expect(labelled.length).toBeGreaterThanOrEqual(200);
    const known = new Set(realisticTools().map(({ name }) => name));
    expect([...labelled, ...heldOut].flatMap(({ meant }) => meant).filter((name) => !known.has(name))).toEqual([]);
    const recall = (requests: readonly LabelledRequest[], limit: number) =>
      requests.filter(({ request, meant }) => names(request, limit).some((name) => meant.includes(name))).length /
      requests.length;
    // Reached: 0.855 and 0.942 of 311; 0.777 and 0.851 of 94 that nothing was chosen by.
    expect(recall(labelled, 5)).toBeGreaterThan(0.84);
    expect(recall(labelled, 10)).toBeGreaterThan(0.93);
    expect(recall(heldOut, 5)).toBeGreaterThan(0.75);
    expect(recall(heldOut, 10)).toBeGreaterThan(0.83);
  });

  it('knows what is meant by the way in which it is written', () => {
    expect(hintsOf('what is in docs/plan.md')).toBe('file');
    expect(hintsOf('move OPS-12 to 3 pm')).toBe('issue event time');
    expect(hintsOf('pay €30 to ada@example.com')).toBe('url page email contact amount price');
    expect(hintsOf('nothing of the kind')).toBe('');
  });

  it('knows a name however it is written', () => {
    for (const query of ['github_create_pull_request', 'githubCreatePullRequest', 'GitHub.create-pull-request'])
      expect(names(query, 1)).toEqual(['github_create_pull_request']);
  });

  it('reads tags, and names and descriptions of parameters', () => {
    const tools = new ToolSearch([
      { name: 'a_one', description: 'Does something.', tags: ['bookkeeping'] },
      {
        name: 'b_two',
        parameters: { properties: { rows: { items: { properties: { iban: { description: 'Where wages go.' } } } } } },
      },
    ]);
    expect(tools.find('bookkeeping', 5).map(({ name }) => name)).toEqual(['a_one']);
    for (const query of ['iban', 'wages', 'salary']) expect(tools.find(query, 5)[0]?.name).toBe('b_two');
  });

  it('gives the same answer for the same tools in whatever order, none twice, never more than asked for, whatever is said', () => {
    const reversed = new ToolSearch(realisticTools().toReversed());
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...labelledRequests())), fc.nat(20), (said, limit) => {
        const query = typeof said === 'string' ? said : said.request;
        const found = names(query, limit);
        expect(found.length).toBeLessThanOrEqual(limit);
        expect(new Set(found).size).toBe(found.length);
        expect(reversed.find(query, limit).map(({ name }) => name)).toEqual(found);
      }),
    );
  });

  it('ends with what is odd or huge: no words, no tools, a schema that nests without end, a description of a megabyte', () => {
    expect(names('')).toEqual([]);
    expect(names('the of and ?!')).toEqual([]);
    expect(new ToolSearch([]).find('anything', 5)).toEqual([]);
    const schema: Record<string, unknown> = { type: 'object' };
    schema['properties'] = { again: schema };
    const parameters = schema as { type: 'object' };
    const odd = new ToolSearch([{ name: 'odd', description: `${'aB'.repeat(500_000)} late`, parameters }]);
    expect(odd.find('again', 1)).toHaveLength(1);
    expect(odd.find('late', 1)).toEqual([]);
    expect(odd.find('again '.repeat(100_000), 1)).toHaveLength(1);
  });

  it('compares words without their endings', () => {
    expect(wordsOf('createPullRequests, HTTPServer v2')).toEqual(['creat', 'pull', 'request', 'http', 'server', 'v2']);
    for (const same of ['create', 'creates', 'created', 'creating']) expect(wordsOf(same)).toEqual(['creat']);
    for (const same of ['query', 'queries']) expect(wordsOf(same)).toEqual(['queri']);
    expect(wordsOf('Müller’s Café')).toEqual(['muller', 'caf']);
  });
});
