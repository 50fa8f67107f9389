import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  create,
  mayUseScope,
  MEMORY_SCOPES,
  MemoryPolicySchema,
  MemorySchema,
  scopeNameOf,
} from '@switchyard/contracts';
import { isVisible, savedScope, searchedScopes } from './memory-scope.js';

const whose = (user: string, thread: string) => ({ tenant: 't', agent: 'helper', user, thread });
const policyOf = (...scopes: string[]) => create(MemoryPolicySchema, { scopes });
const saved = (scopes: string[], user: string, thread: string, named?: string) =>
  scopeNameOf(savedScope(policyOf(...scopes), named === undefined ? {} : { scope: named }, whose(user, thread)));

describe('where a save goes', () => {
  it.each([
    [[], 'ada', 't1', 'user'],
    [[], '', 't1', 'agent'],
    [['user', 'agent'], 'ada', 't1', 'user'],
    [['user', 'agent'], '', 't1', 'agent'],
    [['thread'], 'ada', 't1', 'thread'],
    [['thread', 'agent'], 'ada', '', 'agent'],
    [['agent'], 'ada', 't1', 'agent'],
    [['user', 'thread'], '', 't1', 'thread'],
    [['tenant'], 'ada', 't1', 'tenant'],
  ])('with scopes %j, user "%s" and thread "%s" is what is for the %s', (scopes, user, thread, name) => {
    expect(saved(scopes, user, thread)).toBe(name);
  });

  it('is nowhere where the run has nobody whom the agent may save for', () => {
    expect(() => saved(['user', 'thread'], '', '')).toThrow(
      expect.objectContaining({ code: 'memory.scope_refused', message: expect.stringContaining('user, thread') }),
    );
  });

  it('is as the model names it where the agent may and the run has it', () => {
    expect(saved(['user', 'tenant'], 'ada', 't1', 'tenant')).toBe('tenant');
    expect(saved([], 'ada', 't1', 'thread')).toBe('thread');
    expect(() => saved([], 'ada', '', 'thread')).toThrow(expect.objectContaining({ code: 'memory.scope_refused' }));
    expect(() => saved([], 'ada', 't1', 'tenant')).toThrow(expect.objectContaining({ code: 'memory.scope_refused' }));
  });

  it('is, whatever is named, within the policy, seen by the run itself, and no wider than its user where nothing is listed', () => {
    const scopes = fc.uniqueArray(fc.constantFrom<string>(...MEMORY_SCOPES));
    const named = fc.option(fc.constantFrom<string>(...MEMORY_SCOPES), { nil: undefined });
    const part = fc.constantFrom('', 'x');
    fc.assert(
      fc.property(scopes, named, part, part, (listed, name, user, thread) => {
        const policy = policyOf(...listed);
        const run = whose(user, thread);
        const args = name === undefined ? {} : { scope: name };
        let scope;
        try {
          scope = savedScope(policy, args, run);
        } catch (error) {
          expect(error).toMatchObject({ code: 'memory.scope_refused', retryable: false });
          return;
        }
        expect(mayUseScope(policy, scopeNameOf(scope))).toBe(true);
        expect(isVisible(create(MemorySchema, { scope }), policy, run)).toBe(true);
        if (listed.length === 0 && user !== '') expect(scope.user).toBe(user);
      }),
    );
  });
});

describe('where a search looks', () => {
  it('is all that is listed, or what is named of it', () => {
    expect(searchedScopes(undefined, {}, whose('ada', ''))).toEqual([]);
    expect(searchedScopes(policyOf('tenant', 'user'), {}, whose('ada', ''))).toEqual(['user', 'tenant']);
    expect(searchedScopes(policyOf('tenant', 'user'), { scope: 'user' }, whose('ada', ''))).toEqual(['user']);
    expect(searchedScopes(undefined, { scope: 'tenant' }, whose('ada', ''))).toEqual(['tenant']);
    expect(() => searchedScopes(policyOf('user'), { scope: 'agent' }, whose('ada', ''))).toThrow(
      expect.objectContaining({ code: 'memory.scope_refused' }),
    );
  });
});
