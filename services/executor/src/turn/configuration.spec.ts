import { describe, expect, it } from '@jest/globals';
import {
  AgentVersionSchema,
  create,
  ToolDefinitionSchema,
  type AgentVersion,
  type ToolDefinition,
} from '@switchyard/contracts';
import { defineProfile, type Backend } from '@switchyard/models';
import { configurationOf } from './configuration.js';

const agent = (temperature?: number): AgentVersion =>
  create(AgentVersionSchema, {
    version: 'sha256:a',
    definition: { name: 'helper', ...(temperature === undefined ? {} : { parameters: { temperature } }) },
  });
const backend: Backend = {
  name: 'one',
  baseUrl: 'http://localhost/v1',
  api: 'openai-chat',
  model: 'm',
  profile: defineProfile({ api: 'openai-chat' }),
};
const tool = (name: string, fingerprint = 'sha256:t') => create(ToolDefinitionSchema, { name, fingerprint });
const print = (
  of: AgentVersion,
  at: Backend,
  shown: ToolDefinition[],
  version: string,
  unshown: ToolDefinition[] = [],
): string => configurationOf(of, at, { shown, unshown }, version).fingerprint;

describe('the fingerprint of a configuration', () => {
  const base = print(agent(), backend, [tool('a'), tool('b')], '1.0.0');

  it('is the same for the same, in whatever order tools are named', () => {
    expect(base).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(print(agent(), backend, [tool('b'), tool('a')], '1.0.0')).toBe(base);
  });

  it('is the same for the same searched tools, whichever of them suit the task, and another where one of them changes', () => {
    const [a, b, c] = [tool('a'), tool('b'), tool('c')];
    const searched = print(agent(), backend, [a, b], '1.0.0', [c]);
    expect(print(agent(), backend, [b, c], '1.0.0', [a])).toBe(searched);
    expect(print(agent(), backend, [a, b], '1.0.0', [tool('c', 'sha256:u')])).not.toBe(searched);
  });

  it.each([
    ['the agent', print(create(AgentVersionSchema, { version: 'sha256:b' }), backend, [tool('a'), tool('b')], '1.0.0')],
    ['a parameter', print(agent(0.5), backend, [tool('a'), tool('b')], '1.0.0')],
    ['a tool', print(agent(), backend, [tool('a'), tool('b', 'sha256:u')], '1.0.0')],
    ['the tools', print(agent(), backend, [tool('a')], '1.0.0')],
    ['the model', print(agent(), { ...backend, model: 'n' }, [tool('a'), tool('b')], '1.0.0')],
    [
      'the profile',
      print(
        agent(),
        { ...backend, profile: defineProfile({ api: 'openai-chat', contextWindow: 1_000 }) },
        [tool('a'), tool('b')],
        '1.0.0',
      ),
    ],
    ['the platform', print(agent(), backend, [tool('a'), tool('b')], '1.0.1')],
  ])('changes with %s', (_what, changed) => {
    expect(changed).not.toBe(base);
  });
});
