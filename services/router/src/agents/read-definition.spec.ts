import { describe, expect, it } from '@jest/globals';
import { SwitchyardError, type JsonObject, type JsonValue } from '@switchyard/contracts';
import { readDefinition } from './read-definition.js';

const minimal = { name: 'helper', instructions: 'Help.' };

function problemsOf(written: JsonValue): JsonObject[] {
  try {
    readDefinition(written);
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'agent.invalid')
      return error.details['problems'] as JsonObject[];
    throw error;
  }
  return [];
}

describe('an agent definition', () => {
  it('is addressed by its content, whatever the order of its keys', () => {
    const a = readDefinition({ ...minimal, model: { backend: 'x', min_context: 10 }, tools: ['a', 'b'] });
    const b = readDefinition({
      tools: ['a', 'b'],
      model: { min_context: 10, backend: 'x' },
      instructions: 'Help.',
      name: 'helper',
    });
    expect(a.version).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(b.version).toBe(a.version);
    expect(readDefinition({ ...minimal, tools: ['b', 'a'] }).version).not.toBe(a.version);
  });

  it('is not another one because a default was written out', () => {
    expect(readDefinition({ ...minimal, description: '', tools: [] }).version).toBe(readDefinition(minimal).version);
  });

  it('names every wrong path with its reason at once', () => {
    const problems = problemsOf({
      name: 'has blanks',
      tools: ['a', 'a'],
      model: { capabilities: ['tool'], min_context: -1 },
      memory: { limit: 'many' },
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'instructions',
      'memory.limit',
      'model.capabilities[0]',
      'model.min_context',
      'name',
      'tools',
    ]);
    expect(problems).toContainEqual({ path: 'tools', reason: 'names "a" twice' });
    expect(problems).toContainEqual({ path: 'memory.limit', reason: 'is "many"; it must be integer' });
    expect(problems.find(({ path }) => path === 'model.capabilities[0]')?.['reason']).toMatch(/Did you mean "tools"\?/);
  });

  it('is routed by a policy that has what it needs', () => {
    const of = (model: JsonObject) => problemsOf({ ...minimal, model });
    expect(of({ routing: { policy: 'balanced', explore: 0.1, budget_usd_per_task: 0.01 } })).toEqual([]);
    expect(of({ backend: 'b', routing: { policy: 'pin' } })).toEqual([]);
    expect(of({ routing: { policy: 'weights', weights: { cost: 1 } } })).toEqual([]);
    expect(of({ routing: { policy: 'pin' } })).toMatchObject([{ path: 'model.routing.policy' }]);
    expect(of({ routing: { policy: 'weights', weights: { cost: 0 } } })).toMatchObject([
      { path: 'model.routing.weights' },
    ]);
    expect(of({ routing: { policy: 'balanced', weights: { cost: 1 } } })).toMatchObject([
      { path: 'model.routing.weights' },
    ]);
    const wrong = { policy: 'best', explore: 0.5, budget_usd_per_task: 0, certified_only: 'yes' };
    expect(of({ routing: wrong }).map(({ path }) => path)).toEqual([
      'model.routing.policy',
      'model.routing.explore',
      'model.routing.budget_usd_per_task',
      'model.routing.certified_only',
    ]);
  });

  it('has a result_schema that can be asked for, as it was written', () => {
    const result_schema = { type: 'array', items: { $ref: '#/$defs/n' }, $defs: { n: { type: 'integer' } } };
    expect(readDefinition({ ...minimal, result_schema }).definition.resultSchema).toEqual(result_schema);
    expect(problemsOf({ ...minimal, result_schema: { type: 'thing' } })).toMatchObject([
      { path: 'result_schema', reason: expect.stringContaining('cannot be used') },
    ]);
    expect(
      problemsOf({ ...minimal, result_schema: { properties: { a: { $ref: 'https://example.com/x' } } } }),
    ).toMatchObject([{ path: 'result_schema', reason: expect.stringContaining('https://example.com/x') }]);
    expect(problemsOf({ ...minimal, result_schema: 'object' })).toMatchObject([{ path: 'result_schema' }]);
  });

  it('says which calls wait for a person, and which agents it may call', () => {
    const approvals = { tools: ['mail_send', 'files.*', '*', 'irreversible'], seconds: 3_600 };
    const { definition } = readDefinition({ ...minimal, approvals, agents: ['scout'], handoffs: ['clerk'] });
    expect(definition).toMatchObject({ approvals, agents: ['scout'], handoffs: ['clerk'] });
    expect(
      problemsOf({
        ...minimal,
        approvals: { tools: [], seconds: 31_622_401, by: 'ann' },
        agents: ['no agent', 'a', 'a'],
        handoffs: [''],
      })
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['agents', 'agents[0]', 'approvals.by', 'approvals.seconds', 'approvals.tools', 'handoffs[0]']);
    expect(problemsOf({ ...minimal, approvals: { seconds: 5 } })).toEqual([
      { path: 'approvals', reason: 'it has neither "tools" nor "rules"' },
    ]);
    expect(problemsOf({ ...minimal, approvals: { tools: ['a'], seconds: 0 } })).toMatchObject([
      { path: 'approvals.seconds' },
    ]);
  });

  it('has rules on its calls, whose conditions have to be ones that can be decided', () => {
    const rules = [{ tools: ['pay'], when: 'args.amount > 10', decision: 'ask', seconds: 60, reason: 'much' }];
    expect(readDefinition({ ...minimal, approvals: { rules } }).definition.approvals?.rules).toMatchObject(rules);
    const bad = [{ decision: 'maybe' }, { when: 'true' }, { decision: 'ask', effects: ['mild'], then: 1 }];
    expect(
      problemsOf({ ...minimal, approvals: { rules: bad } })
        .map(({ path }) => path)
        .sort(),
    ).toEqual([
      'approvals.rules[0].decision',
      'approvals.rules[1].decision',
      'approvals.rules[2].effects[0]',
      'approvals.rules[2].then',
    ]);
    const undecidable = [{ decision: 'ask', when: 'amount > 10' }];
    expect(problemsOf({ ...minimal, approvals: { rules: undecidable } })).toMatchObject([
      { path: 'approvals.rules[0].when', reason: expect.stringContaining('Unknown variable: amount') },
    ]);
  });

  it('says for whom it remembers, and whether it has the tools of memory', () => {
    const memory = { scopes: ['user', 'thread'], tools: false, remember: 'conversations' };
    expect(readDefinition({ ...minimal, memory }).definition.memory).toMatchObject(memory);
    expect(readDefinition({ ...minimal, memory: { tools: true } }).version).not.toBe(
      readDefinition({ ...minimal, memory: {} }).version,
    );
    for (const scopes of [[], ['world'], ['user', 'user'], 'user', [1]])
      expect(problemsOf({ ...minimal, memory: { scopes } })[0]?.['path']).toMatch(/^memory\.scopes/);
    expect(problemsOf({ ...minimal, memory: { tools: 'no' } })).toMatchObject([{ path: 'memory.tools' }]);
    // Conversations would never be remembered.
    expect(problemsOf({ ...minimal, memory: { remember: 'conversations', scopes: ['agent'] } })).toMatchObject([
      { path: 'memory.scopes', reason: expect.stringContaining('neither "user" nor "thread"') },
    ]);
  });

  it('refuses an unknown key and suggests the nearest known one', () => {
    expect(problemsOf({ ...minimal, instuctions: 'x' })).toEqual([
      { path: 'instuctions', reason: 'unknown key. Did you mean "instructions"?' },
    ]);
    expect(problemsOf({ ...minimal, model: { temprature: 1 } })[0]).toMatchObject({ path: 'model.temprature' });
    expect(problemsOf({ ...minimal, zzz: 1 })[0]?.['reason']).toMatch(/Known keys: name, description/);
  });

  it('with text that cannot be stored is refused with its path', () => {
    expect(problemsOf({ ...minimal, instructions: 'a\u0000b', tools: ['x', '\ud800'] })).toEqual([
      { path: 'instructions', reason: 'has a NUL character or half of a surrogate pair' },
      { path: 'tools[1]', reason: 'has a NUL character or half of a surrogate pair' },
    ]);
    expect(readDefinition({ ...minimal, instructions: 'a \\u0000 written out, and 😀' }).version).toMatch(/^sha256:/);
  });

  it.each([[null], ['text'], [[]], [1]])('that is %j is refused, not crashed on', (written) => {
    expect(problemsOf(written)[0]).toMatchObject({ path: '(root)' });
  });

  it('has one of the concurrency policies, and is told the nearest where it has another', () => {
    for (const concurrency of ['queue', 'reject', 'interrupt', 'steer'])
      expect(readDefinition({ ...minimal, concurrency }).definition.concurrency).toBe(concurrency);
    expect(problemsOf({ ...minimal, concurrency: 'queu' })[0]?.['reason']).toMatch(/Did you mean "queue"/);
  });
});
