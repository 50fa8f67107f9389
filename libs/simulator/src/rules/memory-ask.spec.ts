import { describe, expect, it } from '@jest/globals';
import { answerMemoryAsk } from './memory-ask.js';

const ask = (value: object) => answerMemoryAsk(JSON.stringify(value, null, 2));

describe('what memory asks of the simulator', () => {
  it('is answered with the facts that a speaker tells of himself, and with what they replace', () => {
    const episodes = [
      { id: 'e1', speaker: 'ada', text: 'Hello! I am allergic to nuts, and I have two cats. What is for lunch?' },
      { id: 'e2', speaker: 'assistant', text: 'I am switchyard-simulator: I follow fixed rules.' },
      { id: 'e3', speaker: 'ada', text: 'I prefer coffee.' },
    ];
    const known = [{ id: 'k1', statement: 'ada prefers tea' }];
    expect(ask({ episodes, known })).toEqual({
      facts: [
        { statement: 'ada is allergic to nuts', evidence: ['e1'] },
        { statement: 'ada has two cats', evidence: ['e1'] },
        { statement: 'ada prefers coffee', evidence: ['e3'], replaces: ['k1'] },
      ],
    });
  });

  it('is answered with what has most words of the query first', () => {
    const candidates = [
      { id: 'a', text: 'The weather is fine' },
      { id: 'b', text: 'Ada flies to Rome' },
    ];
    expect(ask({ query: 'when does Ada fly?', candidates })).toEqual({ order: ['b', 'a'] });
  });

  it('is answered with a summary of who has three facts', () => {
    const fact = (id: string, statement: string, holds = true) => ({ id, about: 'ada', statement, holds });
    const facts = [fact('1', 'Ada lives in Rome.'), fact('2', 'Ada lives in Bonn', false), fact('3', 'Ada has a cat')];
    expect(ask({ facts })).toEqual({
      summaries: [
        {
          about: 'ada',
          text: 'What is known of ada: Ada lives in Rome; Ada has a cat. Before: Ada lives in Bonn.',
          evidence: ['1', '2', '3'],
        },
      ],
    });
  });

  it.each(['{"facts": []}', '{broken', 'What is 2+2?', '[1]', '{"query": 1, "candidates": []}'])(
    'is nothing of this: %s',
    (text) => {
      expect(answerMemoryAsk(text)).toBeUndefined();
    },
  );
});
