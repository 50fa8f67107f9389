import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { create, RunSchema, RunTreeSchema } from '@switchyard/contracts';
import { relativesText, treeText } from './run-tree.js';

const run = (runId: string, callerId = '', handoff = false) =>
  create(RunSchema, {
    runId,
    status: 'completed',
    agent: `agent-${runId}`,
    backend: 'sim',
    turns: 1,
    treeCostUsd: 0.5,
    ...(callerId === '' ? {} : { parent: { runId: callerId, depth: 1, agents: ['chief'], handoff } }),
  });

describe('a tree of runs', () => {
  it('shows each run below its caller, in the order of their calls, and the totals', () => {
    const runs = [run('a'), run('b', 'a'), run('c', 'a', true), run('d', 'b')];
    const usage = { inputTokens: 7, outputTokens: 3 };
    const text = stripVTControlCharacters(treeText(create(RunTreeSchema, { runs, usage, costUsd: 1, more: true })));
    expect(text.split('\n').map((line) => /^ *\S*/.exec(line)?.[0])).toEqual(
      expect.arrayContaining(['a', '  b', '    d', '  c']),
    );
    expect(text).toContain('agent-c (took over)');
    expect(text).toMatch(/4 runs, 7 → 3 tokens, .*; there are more runs than are shown$/);
  });

  it('whose beginning is not shown stands at the left', () => {
    const text = stripVTControlCharacters(treeText(create(RunTreeSchema, { runs: [run('b', 'a'), run('d', 'b')] })));
    expect(
      text
        .split('\n')
        .slice(1, 3)
        .map((line) => /^ *\S*/.exec(line)?.[0]),
    ).toEqual(['b', '  d']);
  });

  it('is told of in the description of one run', () => {
    const handed = create(RunSchema, { ...run('a', 'root'), handedOverTo: 'expert' });
    const lines = relativesText(handed, [run('b', 'a'), run('c', 'a')]).map(stripVTControlCharacters);
    expect(lines).toEqual([
      'parent         root (called by chief, depth 1)',
      'handed over    to expert, whose answer the output is',
      expect.stringMatching(/^children {7}b completed agent-b/),
      expect.stringMatching(/^ {15}c completed agent-c/),
      expect.stringMatching(/^with children {2}/),
    ]);
    expect(relativesText(run('a'), [])).toEqual([]);
  });
});
