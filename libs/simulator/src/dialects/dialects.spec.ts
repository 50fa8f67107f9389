import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { completeModel, DIALECT_NAMES, dialectOf, reasoningOf, textOf, userMessage } from '@switchyard/models';
import { converse, TOOLS } from '../agent.fixture.js';
import type { FaultKind, Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';
import { APIS } from '../wires.fixture.js';
import { formOfModel, parseForm } from './written-form.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ recordLimit: 0 });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.setFault(null);
  simulator.setForm(null);
});

const CALCULATOR = { name: 'calculator', arguments: { expression: '6 * 7 "by hand"' } };
const READ = { name: 'file_read', arguments: { path: 'a/b <c>.txt', offset: 3 } };
const handlers = { calculator: () => '42', file_read: () => 'Hello' };
const DONE = 'It is 42, and the file says Hello.';
const MARKUP: readonly FaultKind[] = ['markup-cut', 'markup-unclosed', 'markup-mentioned', 'markup-repeated'];

/** Marks that tokenizers keep for markup. */
function marksOf(name: string): string[] {
  const { forms = [], noise = [], reasoning = [] } = dialectOf(name) ?? {};
  const all = [...forms.flatMap(({ open, close }) => [open, ...close]), ...noise, ...reasoning.map(({ open }) => open)];
  return [...all, '<|channel|>', '<|message|>'].filter((mark) => /^<|^\[\/?[A-Z]/u.test(mark));
}

describe.each(DIALECT_NAMES)('an endpoint that writes %s', (name) => {
  const backend = (pieceLength: number) =>
    simulatorBackend(simulator.url, { writes: { dialect: name, pieceLength }, profile: { dialect: name } });

  it('completes a scripted agent with tools: the right calls, and no markup in the text, in pieces of 1, 3 and 50', async () => {
    for (const pieceLength of [1, 3, 50]) {
      simulator.enqueue({ calls: [CALCULATOR, READ] }, { calls: [READ] }, { reasoning: 'So.', text: DONE });
      const seen = await converse(backend(pieceLength), 'Go.', handlers);
      expect(seen.calls).toEqual([CALCULATOR, READ, READ]);
      expect(seen.answer).toBe(DONE);
      expect(seen.responses.map(({ message }) => textOf(message))).toEqual(['', '', DONE]);
      expect(seen.responses.flatMap(({ rejectedCalls }) => rejectedCalls)).toEqual([]);
    }
  });

  it.each(MARKUP)('executes no other call than was meant with %s, and shows no markup', async (fault) => {
    simulator.setFault({ fault, times: 1 });
    simulator.enqueue({ text: 'I look.', calls: [READ, CALCULATOR] });
    const { toolCalls, message } = await completeModel(backend(3), { messages: [userMessage('Go.')], tools: TOOLS });
    const meant = [READ, CALCULATOR, ...(fault === 'markup-repeated' ? [CALCULATOR] : [])];
    const executed = toolCalls.map(({ name: called, arguments: args }) => ({ name: called, arguments: args }));
    expect(executed).toEqual(meant.slice(0, executed.length));
    if (fault === 'markup-cut') expect(executed.length).toBeLessThan(2);
    if (fault === 'markup-repeated' || fault === 'markup-mentioned') expect(executed).toHaveLength(meant.length);
    const shown = textOf(message).replace(/A call begins with [^]* and I write one now\./u, '');
    expect(marksOf(name).filter((mark) => shown.includes(mark))).toEqual([]);
  });
});

const THINKING = DIALECT_NAMES.filter((name) => {
  const { reasoning = [], channels } = dialectOf(name) ?? {};
  return reasoning.length > 0 || channels !== undefined;
});

describe.each(THINKING)('an endpoint that thinks in %s', (name) => {
  it('tells reasoning apart also where the prompt opened it', async () => {
    const profile = simulatorBackend(simulator.url, { writes: { dialect: name, opened: true, pieceLength: 2 } });
    simulator.enqueue({ reasoning: 'I look it up.', calls: [CALCULATOR] }, { text: DONE });
    const { responses, calls } = await converse(profile, 'Go.', handlers);
    expect(calls).toEqual([CALCULATOR]);
    expect(responses.map(({ message }) => textOf(message))).toEqual(['', DONE]);
    expect(reasoningOf(responses[0]?.message.parts ?? [])).toBe('I look it up.');
  });
});

describe('the form in which the simulator writes', () => {
  it.each(APIS)('is text over %s too, streamed and whole, and the rules go on with the results', async (api) => {
    const backend = simulatorBackend(simulator.url, { api, writes: { dialect: 'hermes' } });
    for (const stream of [true, false]) {
      const { answer, calls } = await converse(backend, 'what is 6*7?', handlers, { stream });
      expect(calls).toEqual([{ name: 'calculator', arguments: { expression: '6 * 7' } }]);
      expect(answer).toContain('42');
    }
  });

  it('is chosen by the request, by its model id, or for all, and is one of the known', async () => {
    expect(formOfModel('switchyard-simulator@glm-4.7;opened;pieceLength=1+429')).toEqual({
      dialect: 'glm-4.7',
      opened: true,
      pieceLength: 1,
    });
    expect(formOfModel('claude@20251101')).toBeUndefined();
    expect(parseForm('nobody')).toBeUndefined();
    expect(() => simulator.setForm({ dialect: 'nobody' })).toThrow('knows no dialect "nobody"');
    const plain = simulatorBackend(simulator.url, { profile: { dialect: '' } });
    const request = { messages: [userMessage('what is 6*7?')], tools: TOOLS };
    simulator.setForm({ dialect: 'kimi-k2' });
    expect(textOf((await completeModel(plain, request)).message)).toContain('<|tool_call_begin|>');
    const headers = { 'x-simulator-dialect': 'hermes' };
    expect(textOf((await completeModel(plain, request, { headers })).message)).toContain('<tool_call>');
  });

  it('arguments against the schema come at the rate that was asked for, and are not executed', async () => {
    const rolls = [0.1, 0.5, 0.27, 0.28, 0.9, 0.2];
    const own = await startSimulator({ random: () => rolls.shift() ?? 1 });
    own.setFault({ fault: 'schema-fault', rate: 0.28 });
    const accepted: number[] = [];
    for (let index = 0; index < 6; index++) {
      const api = index % 2 === 0 ? 'openai-chat' : 'anthropic';
      const backend = simulatorBackend(own.url, { api, ...(index < 4 ? { writes: { dialect: 'qwen3-coder' } } : {}) });
      const response = await completeModel(backend, { messages: [userMessage('what is 6*7?')], tools: TOOLS });
      accepted.push(response.toolCalls.length);
      expect(response.rejectedCalls.map(({ code }) => code)).toEqual(
        response.toolCalls.length === 1 ? [] : ['invalid_arguments'],
      );
    }
    expect(accepted).toEqual([0, 1, 0, 1, 1, 0]);
    await own.close();
  });
});
