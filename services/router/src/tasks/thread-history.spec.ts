import { describe, expect, it } from '@jest/globals';
import { isCanonicalMessage } from '@switchyard/models';
import { userSays } from '../shared/user-says.js';
import { HISTORY_BYTES, HISTORY_RUNS, threadHistory, type EarlierRun } from './thread-history.js';

const run = (number: number, size = 10): EarlierRun => ({
  runId: `run_${number}`,
  status: 'completed',
  added: [],
  input: 'q'.repeat(size),
  output: `a${number}`,
});

describe("a thread's history", () => {
  it('tells what was asked and answered, oldest first, in canonical messages', () => {
    const history = threadHistory([
      { ...run(2), input: { a: 1 }, output: 'two' },
      { ...run(1), input: 'one?', output: 'one' },
    ]);
    expect(history.runIds).toEqual(['run_1', 'run_2']);
    expect(history.messages.every(isCanonicalMessage)).toBe(true);
    expect(history.messages.map((message) => message['role'])).toEqual(['user', 'assistant', 'user', 'assistant']);
    expect(JSON.stringify(history.messages[2])).toContain('\\"a\\": 1');
  });

  it('tells what was added to a run before its answer, and of one that was interrupted only what the user said', () => {
    const added = [{ messages: [userSays('in French')] }];
    const { messages } = threadHistory([
      { ...run(2), input: 'no, wait', added, output: 'deux' },
      { ...run(1), input: 'first', status: 'cancelled', output: null },
    ]);
    expect(messages.map(({ role, parts }) => [role, parts])).toEqual(
      [
        ['user', 'first'],
        ['user', 'no, wait'],
        ['user', 'in French'],
        ['assistant', 'deux'],
      ].map(([role, text]) => [role, [{ type: 'text', text }]]),
    );
  });

  it('leaves out the oldest where it is too many or too much', () => {
    const many = Array.from({ length: HISTORY_RUNS + 5 }, (_, index) => run(index));
    expect(threadHistory(many).runIds).toHaveLength(HISTORY_RUNS);
    expect(threadHistory(many).runIds.at(-1)).toBe('run_0');
    expect(threadHistory([run(0), run(1, HISTORY_BYTES), run(2)]).runIds).toEqual(['run_0']);
  });
});
