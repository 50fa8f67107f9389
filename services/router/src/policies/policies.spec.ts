import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouterService, type MessageInitShape, type PolicySchema } from '@switchyard/contracts';
import { startRouter, type RouterUnderTest } from '../router.fixture.js';

const { applyPolicy, listPolicies, removePolicy } = RouterService.method;
const tenant = 'default';

describe('policies on tool calls', () => {
  let router: RouterUnderTest;
  beforeAll(async () => {
    router = await startRouter();
    await router.startAnother();
  });
  afterAll(() => router.stop());

  const apply = (policy: MessageInitShape<typeof PolicySchema>) =>
    router.rpc.call(applyPolicy, { tenant, updatedBy: 'user:ann', ...policy });
  const list = async (of = tenant) => (await router.rpc.call(listPolicies, { tenant: of })).policies;

  it('are applied, replaced, listed by name for their tenant, and removed; who changed them is kept', async () => {
    const rules = [{ tools: ['pay'], when: 'args.amount > 100', decision: 'ask', seconds: 60, reason: 'much' }];
    await apply({ name: 'second', rules });
    await apply({ name: 'first', rules: [{ decision: 'allow' }] });
    const changed = await apply({ name: 'first', rules: [{ decision: 'deny' }], updatedBy: 'user:ben' });
    expect(changed).toMatchObject({ name: 'first', updatedBy: 'user:ben', updatedAt: expect.anything() });
    expect(await list()).toMatchObject([
      { tenant, name: 'first', rules: [{ decision: 'deny' }], updatedBy: 'user:ben' },
      { name: 'second', rules, updatedBy: 'user:ann' },
    ]);
    expect(await list('other')).toEqual([]);
    await router.rpc.call(removePolicy, { tenant, name: 'second' });
    expect((await list()).map(({ name }) => name)).toEqual(['first']);
    await expect(router.rpc.call(removePolicy, { tenant, name: 'frist' })).rejects.toMatchObject({
      code: 'policy.not_found',
      message: expect.stringContaining('Did you mean "first"?'),
    });
  });

  it.each([
    [{ name: 'bad', rules: [] }, 'policy.invalid', /it has no rules/],
    [{ name: 'bad', rules: [{ decision: 'perhaps' }] }, 'policy.invalid', /neither allow, ask nor deny/],
    [
      { name: 'bad', rules: [{ decision: 'ask', effects: ['mild'] }] },
      'policy.invalid',
      /rule 1 has the effect "mild"/,
    ],
    [{ name: 'bad', rules: [{ decision: 'ask', tools: [''] }] }, 'policy.invalid', /rule 1 names no tool/],
    [{ name: 'bad', rules: [{ decision: 'ask', when: 'amount > 1' }] }, 'condition.invalid', /Unknown variable/],
    [{ name: 'bad', rules: [{ decision: 'ask', seconds: 99_999_999 }] }, 'policy.invalid', /more than a year/],
    [{ name: 'a b', rules: [{ decision: 'ask' }] }, 'contract.invalid', /name/],
  ])('that cannot be used are refused, with what is wrong: %j', async (policy, code, message) => {
    await expect(apply(policy)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect((await list()).map(({ name }) => name)).not.toContain('bad');
  });
});
