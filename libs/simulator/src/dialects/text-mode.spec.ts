import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DIALECT_NAMES, textOf } from '@switchyard/models';
import { converse } from '../agent.fixture.js';
import type { Simulator } from '../options.js';
import { simulatorBackend } from '../simulator-backend.js';
import { startSimulator } from '../start-simulator.js';
import { APIS } from '../wires.fixture.js';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

const handlers = { calculator: () => '«42»', clock: () => '14:05', file_read: () => 'We meet on Monday.' };
const CALCULATOR = { name: 'calculator', arguments: { expression: '6 * 7' } };
const READ = { name: 'file_read', arguments: { path: 'a.txt', offset: 3 } };
const TEXT_MODE = { tools: { mode: 'text' as const } };

/** Tools in these stand as types or in braces, which no rule reads. */
const UNREAD = new Set(['harmony', 'functionary-3.2', 'gemma-4', 'functiongemma']);

describe.each(DIALECT_NAMES)('an agent on an endpoint without tools, in %s', (dialect) => {
  it('calls tools by a script: the right calls, in pieces, and no markup in what it says', async () => {
    for (const pieceLength of [1, 40]) {
      const target = simulatorBackend(simulator.url, { writes: { dialect, pieceLength }, profile: TEXT_MODE });
      simulator.enqueue({ text: 'I look.', calls: [CALCULATOR, READ] }, { calls: [READ] }, { text: 'It is 42.' });
      const { calls, answer, responses } = await converse(target, 'Go.', handlers);
      expect(calls).toEqual([CALCULATOR, READ, READ]);
      expect(answer).toBe('It is 42.');
      expect(responses.map(({ message }) => textOf(message).trim())).toEqual(['I look.', '', 'It is 42.']);
    }
  });
});

describe.each(DIALECT_NAMES.filter((dialect) => !UNREAD.has(dialect)))('what an endpoint is told in %s', (dialect) => {
  it('is understood: what it was told of tools and results decides what the rules do next', async () => {
    const target = simulatorBackend(simulator.url, { writes: { dialect }, profile: TEXT_MODE });
    const { calls, answer } = await converse(target, 'what is 6*7 and what does notes.txt say?', handlers);
    expect(calls).toEqual([CALCULATOR, { name: 'file_read', arguments: { path: 'notes.txt' } }]);
    expect(answer).toBe('6 * 7 = «42»\nnotes.txt says:\nWe meet on Monday.');
  });
});

// A raw prompt is read by the simulator's own template, which has another frame.
describe.each(APIS.filter((api) => api !== 'completion'))('text mode over %s', (api) => {
  it.each(['', 'glm-4.7'])(
    'in "%s" passes the checks of the endpoint, also with errors and a forced call',
    async (dialect) => {
      const profile = { ...TEXT_MODE, dialect };
      const target = simulatorBackend(simulator.url, {
        api,
        writes: { dialect: dialect === '' ? 'auto' : dialect },
        profile,
      });
      for (const stream of [true, false]) {
        const failing = { ...handlers, calculator: () => new Error('Division by zero') };
        const { calls, answer } = await converse(target, 'what is 6*7?', failing, { stream, toolChoice: 'required' });
        expect(calls).toEqual([CALCULATOR]);
        expect(answer).toContain('Division by zero');
      }
      const sent = JSON.stringify(simulator.requests.slice(-4).map(({ body }) => body));
      expect(sent).not.toMatch(/"(?:tools|tool_calls|tool_choice|toolConfig)"/u);
    },
  );
});
