import { describe, expect, it } from '@jest/globals';
import { measureMmlu } from './measure-mmlu.js';
import { parseMmlu } from './parse-mmlu.js';

/** Written by hand in the published shape: prompts over several lines, with quotes and commas. */
const LAW = `prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview
"Is a ""handshake"" a contract, ever?
A. Yes
B. No
Answer:",False,True
"Who may appeal?
A. Anybody
B. A party
Answer:",False,True
`;
const SUMS = `prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview
"1 + 1
A. 2
Answer:",True,True
"2 + 2
A. 4
Answer:",True,False
`;

describe('the pairs of RouteLLM', () => {
  it('are read from files of the published shape, with the subject from the name', () => {
    expect(parseMmlu(LAW, 'responses/mmlu_professional_law.csv')).toEqual([
      { subject: 'professional_law', baseline: 0, candidate: 1 },
      { subject: 'professional_law', baseline: 0, candidate: 1 },
    ]);
  });

  it('have their subjects from a column, where all stand in one file', () => {
    const text = 'subject,prompt,gpt-4-1106-preview,mixtral-8x7b-instruct-v0.1\nlaw,"a, b",True,False\n';
    expect(parseMmlu(text, 'all.csv')).toEqual([{ subject: 'law', baseline: 0, candidate: 1 }]);
  });

  it('have the standard errors that are computed by hand', () => {
    const figures = measureMmlu([...parseMmlu(LAW, 'mmlu_law.csv'), ...parseMmlu(SUMS, 'mmlu_sums.csv')]);
    // Differences 1, 1, 0, −1: mean 1/4, squares 0.5625 · 2 + 0.0625 + 1.5625 = 2.75. Sums by subject: 1.5 and −1.5.
    expect(figures).toMatchObject({ questions: 4, subjects: 2, difference: 25 });
    expect(figures.paired).toBeCloseTo(100 * Math.sqrt(2.75 / 3 / 4), 10);
    expect(figures.clustered).toBeCloseTo((100 * Math.sqrt(4.5)) / 4, 10);
    // 2 of 4 and 3 of 4: variances 1/3 and 1/4.
    expect(figures.unpaired).toBeCloseTo(100 * Math.sqrt((1 / 3 + 1 / 4) / 4), 10);
  });

  it.each([
    ['other models', 'prompt,a,b\nx,True,False\n'],
    ['a header alone', 'prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview\n'],
    ['nothing', ''],
    ['an answer that is no truth', 'prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview\nx,True,maybe\n'],
    ['quotes that do not end', 'prompt,mixtral-8x7b-instruct-v0.1,gpt-4-1106-preview\n"x,True,True\n'],
  ])('are refused where a file has %s', (_, text) => {
    expect(() => parseMmlu(text, 'mmlu_x.csv')).toThrow(expect.objectContaining({ code: 'bench.invalid' }));
  });
});
