import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../json.js';
import { textOf } from '../messages/message-helpers.js';
import { callChunk, chunk, readEvents, TOOLS as WIRE_TOOLS } from '../wire/reading.fixture.js';
import { type ReadText, readText } from './reading.fixture.js';

const TOOLS: Record<string, JsonObject> = {
  f: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } } },
};
const CALLS = [{ name: 'f', arguments: { a: 1, b: 'x' } }];

/** The same however it is cut. */
function read(dialect: string, text: string, tools = TOOLS): ReadText {
  const whole = readText(dialect, text, { tools });
  expect(readText(dialect, [...text], { tools })).toEqual(whole);
  for (let at = 1; at < text.length; at++)
    expect(readText(dialect, [text.slice(0, at), text.slice(at)], { tools })).toEqual(whole);
  return whole;
}

describe("Command R's tool that calls none", () => {
  const plus = (calls: string): string => `Action:\n\`\`\`json\n${calls}\n\`\`\``;
  const r7b = (calls: string): string => `<|START_ACTION|>${calls}<|END_ACTION|>`;
  const forms = [
    ['command-r-plus', plus],
    ['command-r7b', r7b],
    ['auto', r7b],
  ] as const;

  it.each(forms)('%s: is no call, however it is spelled, and the text beside it is the answer', (dialect, write) => {
    for (const name of ['directly-answer', 'directly_answer']) {
      const text = `${write(`[{"tool_name": "${name}", "parameters": {}}]`)}\nIt is 4.`;
      expect(read(dialect, text)).toEqual({ content: 'It is 4.', reasoning: '', calls: [], rejected: [], repairs: [] });
    }
  });

  it.each(forms)('%s: what it says is the answer', (dialect, write) => {
    const text = write('[{"tool_name": "directly_answer", "parameters": {"answer": "It is 4."}}]');
    expect(read(dialect, text)).toMatchObject({ content: 'It is 4.', calls: [], rejected: [] });
  });

  it('beside a call of a tool leaves that call', () => {
    const text = r7b(
      '[{"tool_name": "directly_answer", "parameters": {}}, {"tool_name": "f", "parameters": {"a": 1, "b": "x"}}]',
    );
    expect(read('command-r7b', text)).toMatchObject({ calls: CALLS, rejected: [] });
  });

  it('is a call where a tool of its name is offered, and where it says more than a text', () => {
    const one = r7b('[{"tool_name": "directly_answer", "parameters": {"a": "x"}}]');
    expect(read('command-r7b', one, { directly_answer: {} }).calls).toMatchObject([{ name: 'directly_answer' }]);
    const more = r7b('[{"tool_name": "directly_answer", "parameters": {"a": "x", "b": "y"}}]');
    expect(read('command-r7b', more).calls).toMatchObject([{ name: 'directly_answer' }]);
  });

  it('is not looked for by other models', () => {
    const text = '<tool_call>{"name": "directly_answer", "arguments": {}}</tool_call>';
    expect(read('hermes', text).calls).toMatchObject([{ name: 'directly_answer' }]);
  });
});

describe("DeepSeek's mark", () => {
  const section = (mark: string, open = 'tool_calls', close = open): string =>
    `<${mark}${open}>\n<${mark}invoke name="f">\n<${mark}parameter name="a" string="false">1</${mark}parameter>\n<${mark}parameter name="b" string="true">x</${mark}parameter>\n</${mark}invoke>\n</${mark}${close}>`;

  describe.each(['deepseek-v3.2', 'deepseek-v4', 'auto'])('%s', (dialect) => {
    it.each(['｜DSML｜', '|DSML|', '‖DSML‖', '｜｜DSML｜｜', '||DSML||'])('spelled %s is read', (mark) => {
      expect(read(dialect, `I look.\n${section(mark)}`)).toMatchObject({
        content: 'I look.',
        calls: CALLS,
        rejected: [],
      });
      // The section that was forgotten.
      const bare = section(mark).split('\n').slice(1, -1).join('\n');
      expect(read(dialect, bare)).toMatchObject({ content: '', calls: CALLS, rejected: [] });
    });

    it('of a section that ends under the name of the other version is read', () => {
      for (const [open, close] of [
        ['function_calls', 'tool_calls'],
        ['tool_calls', 'function_calls'],
      ] as const)
        expect(read(dialect, `${section('｜DSML｜', open, close)}Done.`)).toMatchObject({
          content: 'Done.',
          calls: CALLS,
          rejected: [],
        });
    });

    it('in two spellings within one call leaves it unexecuted', () => {
      const text = section('｜DSML｜').replace('</｜DSML｜parameter>', '</|DSML|parameter>');
      expect(read(dialect, text).calls).not.toContainEqual(CALLS[0]);
      expect(read(dialect, text.replace('</｜DSML｜invoke>', '</|DSML|invoke>')).calls).not.toContainEqual(CALLS[0]);
    });

    it('that a server left of a call which it read itself is no text', () => {
      expect(read(dialect, 'I look.\n\n<｜DSML｜function_calls')).toMatchObject({ content: 'I look.', calls: [] });
      expect(read(dialect, 'I look.\n\n<｜DSML｜tool_calls\n')).toMatchObject({ content: 'I look.', calls: [] });
    });

    it('in code is shown', () => {
      const text = `Write \`${section('|DSML|').replaceAll('\n', '')}\`.`;
      expect(read(dialect, text)).toMatchObject({ content: text, calls: [] });
    });
  });

  it('that a server left beside its own call does not show', () => {
    const { message, toolCalls } = readEvents(
      { api: 'openai-chat' },
      [
        chunk({ content: 'I look.\n\n<｜DSML｜function_calls' }),
        callChunk({ index: 0, id: 'c', function: { name: 'get_weather', arguments: '{"city":"Rome"}' } }),
        chunk({}, 'tool_calls'),
      ],
      { tools: WIRE_TOOLS },
    );
    expect(textOf(message)).toBe('I look.');
    expect(toolCalls).toHaveLength(1);
  });
});
