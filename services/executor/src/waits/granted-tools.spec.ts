import { describe, expect, it } from '@jest/globals';
import {
  create,
  PolicyRuleSchema,
  RUN_TOOLS,
  ToolDefinitionSchema,
  type MessageInitShape,
} from '@switchyard/contracts';
import { RuleList, type Source } from '@switchyard/policies';
import { rulesOfTools } from './approval-policy.js';
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

const source = (rules: MessageInitShape<typeof PolicyRuleSchema>[]): Source => ({
  by: 'agent',
  rules: RuleList.compile(
    rules.map((rule) => create(PolicyRuleSchema, rule)),
    () => [],
  ),
  seconds: 0,
});

describe('what code may call', () => {
  it("is the agent's tools that a tool host performs, and no code", () => {
    expect(grantedTools(TOOLS, [])).toEqual(['look', 'send']);
  });

  it('is nothing that a tool itself wants a person to decide', () => {
    const order = create(ToolDefinitionSchema, { name: 'shop_order', source: 'webmcp:shop', askFirst: true });
    expect(grantedTools([...TOOLS, order], [])).toEqual(['look', 'send']);
  });

  it.each([
    [['irreversible'], ['look']],
    [['send'], ['look']],
    [['look', 'send'], []],
    [['*'], []],
  ])('is nothing that a person is asked about: %j', (asked, granted) => {
    expect(grantedTools(TOOLS, [source(rulesOfTools(asked))])).toEqual(granted);
  });

  it('is nothing of which some call may be asked about or denied, whatever its arguments are', () => {
    const rules = [
      { tools: ['send'], when: 'args.amount > 100', decision: 'ask' },
      { tools: ['look'], decision: 'allow' },
      { decision: 'deny' },
    ];
    expect(grantedTools(TOOLS, [source(rules)])).toEqual(['look']);
  });
});
