import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import type { Appended } from '@switchyard/journal';
import { waitFor } from '@switchyard/testing';
import { typesOf, World } from './world.fixture.js';

let world: World;
beforeEach(async () => {
  world = await World.create();
  world.surroundings.tools.push({
    ...world.surroundings.tools[0],
    name: 'pay',
    effect: 'irreversible',
    parameters: { type: 'object', properties: { amount: { type: 'number' } } },
  });
  world.surroundings.agent = { ...world.surroundings.agent, tools: ['calculator', 'pay'] };
});
afterEach(() => world.close());

const pay = (args: JsonObject) => ({ calls: [{ name: 'pay', arguments: args }] });
const parked = (runId: string) => world.until(runId, ({ state }) => state.parked !== null, 'the run to be parked');
const resultsOf = ({ events }: Appended) =>
  events.flatMap(({ body }) => (body.case === 'toolCallSettled' ? [body.value.result] : []));

const PAYMENTS = {
  name: 'payments',
  rules: [
    { tools: ['pay'], when: 'args.amount > 1000.0', decision: 'deny', reason: 'nobody pays so much' },
    { tools: ['pay'], when: 'args.amount > 10.0', decision: 'ask', seconds: 600, reason: 'more than 10' },
  ],
};

describe('the policies of a tenant', () => {
  it('let through, ask and deny by what a call says, whatever its agent says, and the journal has who and why', async () => {
    world.surroundings.policies = [PAYMENTS];
    world.surroundings.agent.approvals = { rules: [{ tools: ['pay'], decision: 'allow' }] };
    world.simulator.enqueue(pay({ amount: 5 }), pay({ amount: 5_000 }), pay({ amount: 50 }), { text: 'Paid.' });
    await world.startExecutor();
    const runId = await world.accept('Pay');
    const waiting = await parked(runId);
    expect(world.toolCalls.map(({ arguments: args }) => args)).toEqual([{ amount: 5 }]);
    expect(resultsOf(waiting)[1]).toMatchObject({
      error: { code: 'tool.denied', message: 'The rules do not allow this call: nobody pays so much.' },
    });
    const decided = waiting.events.flatMap(({ body }) => (body.case === 'approvalResolved' ? [body.value] : []));
    expect(decided).toMatchObject([{ decision: 'denied', by: 'policy:payments', reason: 'nobody pays so much' }]);
    const asked = waiting.events.flatMap(({ body }) => (body.case === 'approvalRequested' ? [body.value] : []));
    expect(asked[1]).toMatchObject({
      ...{ askedBy: 'policy:payments', reason: 'more than 10', effect: 'irreversible', arguments: { amount: 50 } },
      expiresAt: expect.anything(),
    });
    expect(waiting.state.parked).toMatchObject({ reason: 'approval' });
  });

  it('have a person asked where an argument is not there or of another type', async () => {
    world.surroundings.policies = [PAYMENTS];
    world.simulator.enqueue({ calls: [{ name: 'pay', arguments: {} }] }, { text: 'Done.' });
    await world.startExecutor();
    const { events } = await parked(await world.accept('Pay'));
    expect(events.at(-2)?.body.value).toMatchObject({ reason: expect.stringContaining('No such key: amount') });
    expect(world.toolCalls).toEqual([]);
  });

  it('hold for what a person makes of a call: nobody edits it into one that is denied', async () => {
    world.surroundings.policies = [PAYMENTS];
    world.simulator.enqueue(pay({ amount: 50 }), pay({ amount: 60 }), { text: 'Done.' });
    await world.startExecutor();
    const runId = await world.accept('Pay');
    const edit = async (amount: number): Promise<void> => {
      const { state } = await parked(runId);
      const callId = state.openCalls[0]?.callId ?? '';
      const value = { callId, decision: 'edited', by: 'user:ann', arguments: { amount } };
      await world.store.append(state, [{ body: { case: 'approvalResolved', value }, actor: 'user:ann' }]);
      await world.wake(runId, 'approval_resolved');
    };
    await edit(5_000);
    await world.until(runId, ({ state }) => state.parked !== null && state.turns === 2, 'the second question');
    expect(world.toolCalls).toEqual([]);
    await edit(40);
    const ended = await world.ended(runId);
    expect(resultsOf(ended)).toMatchObject([
      { error: { code: 'tool.denied', message: 'The rules do not allow this call: nobody pays so much.' } },
      { status: 'ok' },
    ]);
    expect(world.toolCalls.map(({ arguments: args }) => args)).toEqual([{ amount: 40 }]);
  });

  it('hold from two seconds after they were applied, and for toolsets that nobody has any more nothing is stopped', async () => {
    await world.startExecutor();
    world.simulator.enqueue(pay({ amount: 5_000 }), { text: 'Paid.' });
    await world.ended(await world.accept('Pay'));
    expect(world.toolCalls).toHaveLength(1);
    world.surroundings.policies = [PAYMENTS, { name: 'gone', rules: [{ tools: ['gone.*'], decision: 'deny' }] }];
    const applied = Date.now();
    await waitFor(() => Date.now() > applied + 2_000);
    world.simulator.enqueue(pay({ amount: 5_000 }), { text: 'Not paid.' });
    const ended = await world.ended(await world.accept('Pay again'));
    expect(typesOf(ended.events)).toContain('ApprovalResolved');
    expect(world.toolCalls).toHaveLength(1);
  });

  it('are none where the router is of a version that knows none', async () => {
    world.surroundings.policies = undefined;
    world.simulator.enqueue(pay({ amount: 5_000 }), { text: 'Paid.' });
    await world.startExecutor();
    expect((await world.ended(await world.accept('Pay'))).state.output).toBe('Paid.');
  });
});

describe('the rules of an agent', () => {
  it('come in order before its list of tools', async () => {
    world.surroundings.agent.approvals = {
      rules: [{ tools: ['pay'], when: 'args.amount < 10.0', decision: 'allow' }],
      tools: ['irreversible'],
      seconds: 60,
    };
    world.simulator.enqueue(pay({ amount: 5 }), pay({ amount: 50 }), { text: 'Done.' });
    await world.startExecutor();
    const waiting = await parked(await world.accept('Pay twice'));
    expect(world.toolCalls.map(({ arguments: args }) => args)).toEqual([{ amount: 5 }]);
    expect(waiting.events.at(-2)?.body.value).toMatchObject({ askedBy: 'agent', arguments: { amount: 50 } });
  });
});
