import { describe, expect, it } from '@jest/globals';
import { create, RUN_TOOLS, ToolDefinitionSchema, ToolSearchSchema } from '@switchyard/contracts';
import { ToolSearch } from '@switchyard/models';
import fc from 'fast-check';
import { FIND_TOOLS_DEFINITION } from '../waits/find-tools.js';
import { shownTools } from './shown-tools.js';

const tool = (name: string, source = 'mcp:desk') => create(ToolDefinitionSchema, { name, source, fingerprint: name });
const many = (count: number) => Array.from({ length: count }, (_, index) => tool(`desk_do_${index}`));
const shown = (
  tools: ReturnType<typeof many>,
  {
    input = 'Do 7',
    foundTools = [] as string[],
    rule = {} as Parameters<typeof create<typeof ToolSearchSchema>>[1],
  } = {},
) =>
  shownTools(
    { input, foundTools, keptResults: [] },
    { toolSearch: create(ToolSearchSchema, rule) },
    tools,
    () => new ToolSearch(tools),
  );

describe('the tools that a model is shown', () => {
  it('are all of them below forty, in the order in which they are listed, and nobody searches', () => {
    const tools = many(39);
    const all = shownTools({ input: '', foundTools: ['desk_do_1'], keptResults: [] }, undefined, tools, () => {
      throw new Error('searched');
    });
    expect(all).toEqual({ shown: tools, unshown: [] });
    expect(shown(many(40)).shown.length).toBeLessThan(20);
  });

  it('are with the others all that the agent has, each once, whatever was found, and what was found is among them', () => {
    const tools = [...many(60), ...RUN_TOOLS];
    const names = fc.constantFrom(...tools.map(({ name }) => name), 'gone_tool');
    fc.assert(
      fc.property(fc.array(names), fc.string(), (foundTools, input) => {
        const once = shown(tools, { foundTools, input });
        const listed = [...once.shown, ...once.unshown].filter((entry) => entry !== FIND_TOOLS_DEFINITION);
        expect(listed.map(({ name }) => name).toSorted()).toEqual(tools.map(({ name }) => name).toSorted());
        expect(once.shown).toContain(FIND_TOOLS_DEFINITION);
        for (const { name } of RUN_TOOLS) expect(once.shown.map((entry) => entry.name)).toContain(name);
        for (const name of foundTools.filter((found) => found !== 'gone_tool'))
          expect(once.shown.map((entry) => entry.name)).toContain(name);
        expect(shown(tools, { foundTools, input })).toEqual(once);
      }),
    );
  });

  it('hold a whole toolset where it is always there, and none that only has such a name', () => {
    const tools = [...many(50), tool('mail_send', 'mcp:mail'), tool('mail_fake', 'mcp:other')];
    const rule = { always: ['mail.*'], initial: 1 };
    expect(shown(tools, { rule }).shown.map(({ name }) => name)).toEqual(['desk_do_7', 'mail_send', 'find_tools']);
  });

  it('are all of them where the agent has a tool of its own that is called find_tools', () => {
    expect(shown([...many(60), tool('find_tools', 'mcp:find')]).unshown).toEqual([]);
  });
});
