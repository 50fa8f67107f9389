import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { answerLines } from '../json-lines.js';
import { lineReader } from './dialect.js';

async function answersTo(...lines: readonly (object | string)[]): Promise<{ refused: number; answers: unknown[] }> {
  const input = Readable.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  const output = new PassThrough();
  const written = text(output);
  const refused = await answerLines(input, output, await lineReader());
  output.end();
  return {
    refused,
    answers: (await written).split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown])),
  };
}

const TOOLS = [
  { name: 'f', description: 'does it', parameters: { type: 'object', properties: { a: { type: 'integer' } } } },
];

describe('dialect read', () => {
  it('answers each line in its place', async () => {
    const { refused, answers } = await answersTo(
      {
        id: 1,
        dialect: 'glm-4.7',
        input: 'Hm.</think>I look.<tool_call>f<arg_key>a</arg_key><arg_value>1</arg_value></tool_call>',
        tools: TOOLS,
        thinking: true,
      },
      {
        id: 'two',
        dialect: null,
        chunks: ['<tool_', 'call>{"name": "f", "arguments": {"a": "x"}}</tool_call>'],
        tools: TOOLS,
      },
      { id: 3, input: 'Hello.' },
    );
    expect(refused).toBe(0);
    expect(answers).toEqual([
      {
        id: 1,
        content: 'I look.',
        reasoning: 'Hm.',
        calls: [{ id: 'call_1', name: 'f', arguments: { a: 1 } }],
        rejected: [],
        repairs: [],
      },
      {
        id: 'two',
        content: '',
        reasoning: '',
        calls: [],
        rejected: [
          {
            name: 'f',
            raw: '{"a":"x"}',
            code: 'invalid_arguments',
            reason: expect.stringContaining('a must be integer'),
          },
        ],
        repairs: [],
      },
      { id: 3, content: 'Hello.', reasoning: '', calls: [], rejected: [], repairs: [] },
    ]);
  });

  it('takes tools as OpenAI writes them, and tools without a schema', async () => {
    const { answers } = await answersTo({
      id: 1,
      input: '<tool_call>{"name": "a.b", "arguments": {"x": [1]}}</tool_call>',
      tools: [{ type: 'function', function: { name: 'a.b' } }],
    });
    expect(answers).toMatchObject([{ calls: [{ name: 'a.b', arguments: { x: [1] } }] }]);
  });

  it('a line that it cannot work on says why, and the next one is read', async () => {
    const { refused, answers } = await answersTo(
      'not json',
      '[]',
      { id: 1, dialect: 'klingon', input: '' },
      { id: 2 },
      { id: 3, input: 'x', chunks: ['x'] },
      { id: 4, input: 'x', tools: [{}] },
      { id: 5, input: 'x', tools: [{ name: 'f' }, { name: 'f' }] },
      { id: 6, input: 'x', thinking: 'yes' },
      { id: 7, input: 'x' },
    );
    expect(refused).toBe(8);
    const code = (wanted: string, said: string): object => ({
      error: { code: wanted, message: expect.stringContaining(said) },
    });
    expect(answers).toMatchObject([
      { id: null, ...code('usage.invalid', 'not a JSON object') },
      { id: null, ...code('usage.invalid', 'not a JSON object') },
      { id: 1, ...code('model.dialect_unknown', 'hermes') },
      { id: 2, ...code('usage.invalid', '"input"') },
      { id: 3, ...code('usage.invalid', '"chunks"') },
      { id: 4, ...code('usage.invalid', 'tools[0]') },
      { id: 5, ...code('usage.invalid', '"f"') },
      { id: 6, ...code('usage.invalid', '"thinking"') },
      { id: 7, content: 'x' },
    ]);
  });
});
