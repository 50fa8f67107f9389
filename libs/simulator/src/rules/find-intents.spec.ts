import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findIntents } from './find-intents.js';
import type { Intent } from './intent.js';

const expressions = (text: string): string[] =>
  findIntents(text).map((intent) => (intent.kind === 'calculate' ? intent.expression : intent.kind));
const short = (intent: Intent): string => {
  switch (intent.kind) {
    case 'time':
      return `time ${intent.place}`.trim();
    case 'read_file':
      return `${intent.summarise ? 'summarise' : 'read'} ${intent.path}`;
    case 'write_file':
      return `write ${intent.path}: ${intent.content}`;
    case 'list_files':
      return `list ${intent.path}`;
    case 'fetch':
      return `fetch ${intent.url}`;
    case 'remember':
      return `remember ${intent.fact}`;
    case 'recall':
      return 'recall';
    case 'forget':
      return `forget ${intent.what}`;
    case 'calculate':
      return intent.expression;
  }
};
const intents = (text: string): string[] => findIntents(text).map(short);

describe('arithmetic is found in whatever words', () => {
  it.each([
    ['what is 17% of 2,340?', '17 / 100 * 2340'],
    ['What is 15 percent of 80', '15 / 100 * 80'],
    ['a 15% tip on $84.50', '15 / 100 * 84.50'],
    ['what is 20% off 80', '80 * (1 - 20 / 100)'],
    ['200 + 10%', '200 * (1 + 10 / 100)'],
    ['increase 200 by 15%', '200 * (1 + 15 / 100)'],
    ['(12+30)*2', '(12 + 30) * 2'],
    ['how much is 3.5 * (2 + 4) / 7', '3.5 * (2 + 4) / 7'],
    ['calculate 1,234.5 + 6', '1234.5 + 6'],
    ['12 x 12', '12 * 12'],
    ['12×12?', '12 * 12'],
    ['144 ÷ 12', '144 / 12'],
    ["what's 2^10", '2 ^ 10'],
    ['5 to the power of 3', '5 ^ 3'],
    ['add 5 and 7', '5 + 7'],
    ['Please add 5 to 7.', '5 + 7'],
    ['the sum of 1, 2 and 3', '1 + 2 + 3'],
    ['average of 4, 8 and 12', '(4 + 8 + 12) / 3'],
    ['subtract 8 from 20', '20 - 8'],
    ['multiply 6 by 7', '6 * 7'],
    ['divide 144 by 12', '144 / 12'],
    ['what is 1000 divided by eight', '1000 / 8'],
    ['What is twelve times twelve?', '12 * 12'],
    ['twenty-five plus three hundred and four', '25 + 304'],
    ['What is nineteen percent of two thousand?', '19 / 100 * 2000'],
    ['square root of 1764', 'sqrt(1764)'],
    ['Compute 3 squared plus 4 squared', '(3 ^ 2) + (4 ^ 2)'],
    ['half of 90', '90 / 2'],
    ['what is -5 + 3', '-5 + 3'],
    ['compute sqrt(16) + 2', 'sqrt(16) + 2'],
    ['what is max(3, 4) * 2', 'max(3, 4) * 2'],
    ['what is 0+1000-10-10?', '0 + 1000 - 10 - 10'],
    ['Please tell me what 144/12 is', '144 / 12'],
    ['What is 12*3? Then add 5 to that.', '(12 * 3) + 5'],
    ['multiply 6 by 7 and add 8', '(6 * 7) + 8'],
    ['add 12 and 30, then double it', '(12 + 30) * 2'],
  ])('%s', (text, expression) => {
    expect(expressions(text)).toEqual([expression]);
  });

  it('several in one message are several', () => {
    expect(expressions('what is (2+3)*4 and 7*6?')).toEqual(['(2 + 3) * 4', '7 * 6']);
  });

  it('any sum, product or quotient that is typed is found as it is', () => {
    const operand = fc.nat(99_999);
    const rest = fc.array(fc.tuple(fc.constantFrom('+', '*', '/', '-'), operand), { minLength: 1, maxLength: 5 });
    const lead = fc.constantFrom('what is ', 'Calculate ', 'how much is ', 'tell me: ');
    fc.assert(
      fc.property(lead, operand, rest, fc.constantFrom('', ' '), (before, first, more, space) => {
        const typed = [first, ...more.flat()].join(space);
        // A date on its own is taken for a date.
        fc.pre(!/\d{4}-\d{2}-\d{2}/.test(typed));
        expect(expressions(`${before}${typed}?`)).toEqual([[first, ...more.flat()].join(' ')]);
      }),
    );
  });

  it.each([
    'is 2024-05-01 a holiday',
    'we are open 24/7',
    'call me at 10:30',
    'version 1.2.3',
    '42',
    'hello',
    'What is Node.js?',
    'Who wrote Faust?',
    'chapter 3 and 4',
  ])('there is none in: %s', (text) => {
    expect(intents(text)).toEqual([]);
  });
});

describe('other wishes are found in whatever words', () => {
  it.each([
    ['what time is it?', ['time']],
    ['What time is it in Tokyo?', ['time Tokyo']],
    ['tell me the current time in London right now please', ['time London']],
    ['What time is it in Tokyo and New York?', ['time Tokyo', 'time New York']],
    ["What's the date today?", ['time']],
    ['what does notes.txt say', ['read notes.txt']],
    ['summarise ./notes.md', ['summarise ./notes.md']],
    ['Give me a summary of docs/plan.md, please', ['summarise docs/plan.md']],
    ['read "my notes.txt"', ['read my notes.txt']],
    ['what does the file at /etc/hosts contain', ['read /etc/hosts']],
    ['Read the file README', ['read README']],
    ['read a.txt and b.txt', ['read a.txt', 'read b.txt']],
    ['When is the deadline according to plan.md?', ['read plan.md']],
    ['list the files', ['list .']],
    ['What files are there in docs?', ['list docs']],
    ['Show me the files in ./reports', ['list ./reports']],
    ['which files are in the src folder', ['list src']],
    ['fetch https://example.com/a?b=c.', ['fetch https://example.com/a?b=c']],
    ["what's on https://example.com", ['fetch https://example.com']],
    ['what is on the page example.com?', ['fetch https://example.com']],
    ['fetch http://127.0.0.1:8080/health and tell me what 2+2 is', ['fetch http://127.0.0.1:8080/health', '2 + 2']],
    ['ls new', ['list new']],
    ['ls', ['list .']],
    ['Write hello to greet.txt', ['write greet.txt: hello']],
    ['Save "hello" in greet.txt', ['write greet.txt: hello']],
    ['store hello, world in the file notes/a.md, please', ['write notes/a.md: hello, world']],
    ['put 42 into "my answer.txt"', ['write my answer.txt: 42']],
    ['create greet.txt with the text "Hi there"', ['write greet.txt: Hi there']],
    ['Write a poem about trains to poem.txt', []],
    ['Save it to greet.txt', []],
    ['fetch https://example.com/a_(b)', ['fetch https://example.com/a_(b)']],
    ['look here (https://example.com/a_(b)).', ['fetch https://example.com/a_(b)']],
    ['My favourite colour is teal, remember it', ['remember My favourite colour is teal']],
    ['I like tea. Remember that.', ['remember I like tea']],
    ['remember it', []],
    ['Who wrote Faust? Remember that.', []],
    ['Remember that my dog\nis called Rex', ['remember my dog is called Rex']],
    ['Merke dir, dass ich Tee mag', ['remember ich Tee mag']],
    ['What is 17% of\n2340?', ['17 / 100 * 2340']],
    ['what is 2+2\nwhat is 3+3', ['2 + 2', '3 + 3']],
    ['Wie spät ist es in Berlin?', ['time Berlin']],
    ['¿Qué hora es en Madrid?', ['time Madrid']],
    ['Tell me my favourite colour', ['recall']],
    ['my favourite colour?', ['recall']],
    ['What do you remember about me?', ['recall']],
    ['remember that my favourite colour is teal', ['remember my favourite colour is teal']],
    ['Remember my dog is called Rex.', ['remember my dog is called Rex']],
    ['please note that I live in Bern', ['remember I live in Bern']],
    ["can you remember that my sister's birthday is 3 May?", ["remember my sister's birthday is 3 May"]],
    ['save this to memory: the door code is 4711', ['remember the door code is 4711']],
    ['Remember that my site is https://example.com/me', ['remember my site is https://example.com/me']],
    ['what is my favourite colour?', ['recall']],
    ['where do I live?', ['recall']],
    ["do you remember my dog's name?", ['recall']],
    ['remember that my lucky number is 7 and tell me what 7*6 is', ['remember my lucky number is 7', '7 * 6']],
    ['What is 7 times 6 and what time is it in Tokyo?', ['7 * 6', 'time Tokyo']],
    ['list files in the src folder and read src/a.ts', ['list src', 'read src/a.ts']],
  ])('%s', (text, expected) => {
    expect(intents(text)).toEqual(expected);
  });

  it('any text whatever is taken without an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => Array.isArray(findIntents(text))));
  });

  it('a long text of any kind is read before the test times out', () => {
    for (const piece of [
      'a.b/c ',
      '1,',
      'the user wants ',
      '(',
      '/',
      'add 1 and ',
      '"x',
      '- 1 ',
      'https://',
      '% of ',
    ]) {
      expect(Array.isArray(findIntents(piece.repeat(100_000)))).toBe(true);
    }
  });
});

describe('what is to be forgotten', () => {
  it.each([
    ['Forget my favourite colour.', ['forget my favourite colour']],
    ['Please forget about the budget', ['forget the budget']],
    ["Don't forget that I live in Bonn", ['remember I live in Bonn']],
    ['I forget things', []],
  ])('is read from %j', (text, expected) => {
    expect(intents(text)).toEqual(expected);
  });
});
