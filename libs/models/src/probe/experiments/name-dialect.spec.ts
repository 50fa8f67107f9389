import { describe, expect, it } from '@jest/globals';
import { DIALECT_NAMES, dialectOf } from '../../dialects/table/index.js';
import { nameDialect } from './name-dialect.js';
import { CALCULATOR, TOOLS } from './probe-tools.js';

const CALL = { id: '', name: 'calculator', arguments: { expression: '0.17 * 2340' }, schema: CALCULATOR.inputSchema };

describe('the dialect of a call in a text', () => {
  it.each(DIALECT_NAMES.filter((name) => name !== 'auto'))(
    '%s: what is named reads the call, and nothing is left over',
    (name) => {
      const text = dialectOf(name)?.write([CALL]) ?? '';
      const named = nameDialect(text, TOOLS, false);
      expect(named?.reading.calls).toMatchObject([{ name: 'calculator', arguments: CALL.arguments }]);
      expect([named?.reading.content.trim(), named?.reading.rejected]).toEqual(['', []]);
    },
  );

  it('is the one that writes exactly so, and of those that write alike the one that the others come from', () => {
    const write = (name: string) => dialectOf(name)?.write([CALL]) ?? '';
    for (const name of ['glm-4.5', 'glm-4.7', 'hermes', 'qwen3-coder', 'deepseek-v3.1', 'minimax-m2'])
      expect(nameDialect(`I look.\n${write(name)}`, TOOLS, false)).toMatchObject({ dialect: name, exact: true });
  });

  it('is none where nothing is called', () => {
    for (const text of ['', 'It is 397.8.', 'Use <tool_call> for calls.', '{"a": 1}'])
      expect(nameDialect(text, TOOLS, false)).toBeUndefined();
  });
});
