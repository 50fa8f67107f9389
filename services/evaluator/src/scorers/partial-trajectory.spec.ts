import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import fc from 'fast-check';
import { judge, problemsOf, run } from './scorer.fixture.js';
import type { ToolCallMade } from './scorer.js';
import { toolTrajectory } from './tool-trajectory.js';

const steps = [
  { id: 'find', tool: 'search', arguments: { q: 'tea' } },
  { id: 'stock', tool: 'lookup', arguments: { sku: 7, store: 'A' }, after: ['find'] },
  { id: 'price', tool: 'price', after: ['find'] },
  { id: 'pay', tool: 'pay', arguments: { amount: 5, currency: 'EUR' }, after: ['stock', 'price'] },
];
const find = { tool: 'search', arguments: { q: 'tea' } };
const stock = { tool: 'lookup', arguments: { sku: 7, store: 'A' } };
const price = { tool: 'price', arguments: {} };
const pay = { tool: 'pay', arguments: { amount: 5, currency: 'EUR' } };

const verdict = (toolCalls: ToolCallMade[], options: JsonObject = {}) =>
  judge(toolTrajectory, { mode: 'partial', tools: steps, ...options }, run({ toolCalls }));

describe('tool_trajectory, partial', () => {
  it('passes every order that the steps allow', () => {
    expect(verdict([find, stock, price, pay])).toEqual({ value: 1, passed: true, reason: '4 calls as expected' });
    expect(verdict([find, price, stock, pay])).toMatchObject({ value: 1, passed: true });
  });

  it('gives credit for the arguments that are right, and names the first that is not', () => {
    expect(verdict([find, price, { tool: 'lookup', arguments: { sku: 8, store: 'A' } }, pay])).toEqual({
      value: 3.5 / 4,
      passed: false,
      reason:
        'diverges at call 3, lookup({"sku":8,"store":"A"}): for step "stock" (lookup({"sku":7,"store":"A"})), sku is 8, expected 7',
    });
  });

  it('gives half of it for a step that came too early', () => {
    const found = verdict([find, stock, pay, price]);
    expect(found.value).toBe(3.5 / 4);
    expect(found.reason).toContain('diverges at call 3');
    expect(found.reason).toContain(
      'step "pay" (pay({"amount":5,"currency":"EUR"})) must come after step "price" (price)',
    );
    expect(found.reason).toContain('1 too early');
  });

  it('says which step is missing, and that it was waited for', () => {
    expect(verdict([find, stock, price]).reason).toBe(
      'diverges after call 3, the last: expected step "pay" (pay({"amount":5,"currency":"EUR"})); ' +
        'missing step "pay" (pay({"amount":5,"currency":"EUR"}))',
    );
    expect(verdict([find, stock, pay])).toMatchObject({ value: 2.5 / 4 });
    expect(verdict([find, stock, pay]).reason).toContain('must come after step "price" (price), which is missing');
    expect(verdict([])).toMatchObject({ value: 0, reason: expect.stringContaining('diverges after no call') });
  });

  it('charges for calls that nobody expected, and names the first', () => {
    const extra = { tool: 'browse', arguments: {} };
    expect(verdict([find, extra, stock, price, pay])).toEqual({
      value: 0.9,
      passed: false,
      reason: 'diverges at call 2, browse({}): expected step "stock" (lookup({"sku":7,"store":"A"})); 1 not expected',
    });
    expect(verdict([find, stock, price, pay, pay], { extra_cost: 0 })).toMatchObject({ value: 1, passed: true });
    expect(verdict([find, stock, price, pay, pay]).reason).toContain('expected no further call');
    expect(verdict(Array<ToolCallMade>(50).fill(extra)).value).toBe(0);
  });

  it('pairs each step with the call that suits it best', () => {
    const tools = [
      { tool: 'add', arguments: { x: 1, y: 1 } },
      { tool: 'add', arguments: { x: 1, y: 2 } },
    ];
    const made = [2, 1].map((y) => ({ tool: 'add', arguments: { x: 1, y } }));
    expect(verdict(made, { tools })).toMatchObject({ value: 1, passed: true });
  });

  it('passes from its threshold on', () => {
    expect(verdict([find, stock, price], { threshold: 0.75 }).passed).toBe(true);
    expect(verdict([find, stock, price], { threshold: 0.76 }).passed).toBe(false);
  });

  /** Steps of few tools, so that many are alike; each may wait for earlier ones. */
  const anySteps = fc
    .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2), fc.array(fc.nat(8), { maxLength: 2 })), {
      maxLength: 8,
    })
    .map((parts) =>
      parts.map(([tool, x, waits], index) => ({
        id: `s${index}`,
        tool,
        arguments: { x },
        after: [...new Set(waits.filter((wait) => wait < index).map((wait) => `s${wait}`))],
      })),
    );
  const anyCalls = fc.array(
    fc.record({ tool: fc.constantFrom('a', 'b', 'c', 'd'), arguments: fc.record({ x: fc.constantFrom(1, 2, 3) }) }),
    { maxLength: 8 },
  );
  const callOf = ({ tool, arguments: given }: { tool: string; arguments: { x: number } }) => ({
    tool,
    arguments: given,
  });

  it('gives 1 for every order that the steps allow, for any steps, however alike', () => {
    fc.assert(
      fc.property(anySteps, fc.infiniteStream(fc.nat(100)), (tools, draws) => {
        const left = [...tools];
        const made: typeof tools = [];
        while (left.length > 0) {
          const ready = left.filter(({ after }) => after.every((id) => made.some((step) => step.id === id)));
          const drawn = ready[Number(draws.next().value) % ready.length];
          if (drawn === undefined) throw new Error('the steps lead in a circle');
          made.push(drawn);
          left.splice(left.indexOf(drawn), 1);
        }
        expect(verdict(made.map(callOf), { tools })).toMatchObject({ value: 1, passed: true });
      }),
    );
  });

  it('gives from 0 to 1, and 1 only where nothing diverges, for any steps and calls', () => {
    fc.assert(
      fc.property(anySteps, anyCalls, (tools, made) => {
        const { value, reason } = verdict(made, { tools });
        expect(value >= 0 && value <= 1).toBe(true);
        expect(value === 1).toBe(!reason.startsWith('diverges'));
      }),
    );
  });

  it('never gives less for one more call that costs nothing, nor more for one that nobody expected', () => {
    fc.assert(
      fc.property(anySteps, anyCalls, fc.nat(8), (tools, made, cut) => {
        const fewer = made.filter((_, index) => index !== cut);
        const free = { tools, extra_cost: 0 };
        expect(verdict(made, free).value).toBeGreaterThanOrEqual(verdict(fewer, free).value - 1e-9);
        const more = [...made.slice(0, cut), { tool: 'z', arguments: {} }, ...made.slice(cut)];
        expect(verdict(more, { tools }).value).toBeLessThanOrEqual(verdict(made, { tools }).value);
      }),
    );
  });

  it('judges long runs of long plans', () => {
    const tools = Array.from({ length: 200 }, (_, index) => ({
      id: `s${index}`,
      tool: `t${index % 5}`,
      ...(index > 0 ? { after: [`s${index - 1}`] } : {}),
    }));
    const made = Array.from({ length: 1_200 }, (_, index) => ({ tool: `t${index % 5}`, arguments: {} }));
    expect(verdict(made.slice(0, 200), { tools }).value).toBe(1);
    expect(verdict(made, { tools, extra_cost: 0 }).value).toBe(1);
  });

  it('refuses an order that is none', () => {
    const refused = (tools: JsonObject[], mode = 'partial') => problemsOf(toolTrajectory, { mode, tools });
    expect(refused([{ tool: 'a', after: ['x'] }])).toEqual(['tools[0].after[0]: is "x"; no step has this id']);
    expect(
      refused([
        { tool: 'a', id: 'x' },
        { tool: 'b', id: 'x' },
      ]),
    ).toEqual(['tools[1].id: is "x", as tools[0].id is; ids must differ']);
    expect(
      refused([
        { tool: 'a', id: 'x', after: ['y'] },
        { tool: 'b', id: 'y', after: ['x'] },
      ]),
    ).toEqual([
      'tools[0].after: leads in a circle back to this step',
      'tools[1].after: leads in a circle back to this step',
    ]);
    expect(
      refused(
        [
          { tool: 'a', id: 'x' },
          { tool: 'b', after: ['x'] },
        ],
        'strict',
      ),
    ).toEqual(['tools[1].after: is for the mode partial only']);
    expect(problemsOf(toolTrajectory, { tools: ['a'], extra_cost: 0.1, threshold: 0.5 })).toEqual([
      'extra_cost: is for the mode partial only',
      'threshold: is for the mode partial only',
    ]);
    expect(problemsOf(toolTrajectory, { mode: 'partial', tools: ['a'], extra_cost: -1 })).toHaveLength(1);
  });
});
