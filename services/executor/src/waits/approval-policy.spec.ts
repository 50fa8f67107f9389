import { describe, expect, it } from '@jest/globals';
import { create, ToolDefinitionSchema } from '@switchyard/contracts';
import { needsApproval, NO_RULE } from './approval-policy.js';

const tool = (init: { effect?: string; askFirst?: boolean; source?: string; name?: string }) =>
  create(ToolDefinitionSchema, { name: 'shop_order', source: 'webmcp:shop', effect: 'irreversible', ...init });
const rule = (...tools: string[]) => ({ tools: new Set(tools), seconds: 0 });

describe('a call waits for a person', () => {
  it.each([
    ['where its tool asks for it, although its agent has no rule', NO_RULE, { askFirst: true }, true],
    ['where its tool asks for it, whatever its effect is', rule('other'), { askFirst: true, effect: 'pure' }, true],
    ['not where neither asks for it', NO_RULE, {}, false],
    ['where the rule names its tool', rule('shop_order'), { effect: 'pure' }, true],
    ['where the rule names its effect class', rule('irreversible'), {}, true],
    ['not where the rule names another effect class', rule('irreversible'), { effect: 'idempotent' }, false],
    ['where the rule names all', rule('*'), { effect: 'pure' }, true],
    ['not where it only sleeps', rule('*'), { name: 'sleep', source: 'run', effect: 'pure' }, false],
  ])('%s', (_, given, init, expected) => {
    expect(needsApproval(given, tool(init))).toBe(expected);
  });
});
