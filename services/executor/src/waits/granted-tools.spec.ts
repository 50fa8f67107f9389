import { describe, expect, it } from '@jest/globals';
import { create, RUN_TOOLS, ToolDefinitionSchema } from '@switchyard/contracts';
import { grantedTools } from './granted-tools.js';

const tool = (name: string, effect = 'pure', source = 'builtin') =>
  create(ToolDefinitionSchema, { name, effect, source });
const TOOLS = [
  tool('run_javascript', 'idempotent'),
  tool('look'),
  tool('send', 'irreversible', 'mcp:mail'),
  tool('agent_writer', 'irreversible', 'run'),
  ...RUN_TOOLS,
];

describe('what code may call', () => {
  it("is the agent's tools that a tool host performs, and no code", () => {
    expect(grantedTools(TOOLS, undefined)).toEqual(['look', 'send']);
  });

  it('is nothing that a tool itself wants a person to decide', () => {
    const order = create(ToolDefinitionSchema, { name: 'shop_order', source: 'webmcp:shop', askFirst: true });
    expect(grantedTools([...TOOLS, order], undefined)).toEqual(['look', 'send']);
  });

  it.each([
    [['irreversible'], ['look']],
    [['send'], ['look']],
    [['look', 'send'], []],
    [['*'], []],
  ])('is nothing that a person is asked about: %j', (asked, granted) => {
    expect(grantedTools(TOOLS, { tools: new Set(asked), seconds: 0 })).toEqual(granted);
  });
});
