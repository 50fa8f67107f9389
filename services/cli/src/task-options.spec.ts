import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { exitCodeOf, EXIT } from './exit-codes.js';
import { createProgram } from './program.js';
import { taskOf } from './task-options.js';

describe('the options of a task', () => {
  it('are the task', async () => {
    const flags = { agent: 'a', agentVersion: '2', inputJson: true, meta: ['colour=teal', 'sum=1+1=2'] };
    expect(await taskOf('{"deep":[1]}', flags)).toEqual({
      agent: 'a',
      agentVersion: '2',
      input: { deep: [1] },
      metadata: { colour: 'teal', sum: '1+1=2' },
    });
  });

  it.each([
    ['metadata that is no pair', 'x', { agent: 'a', meta: ['colour'] }, /"colour" is not NAME=VALUE/],
    ['no input', ' ', { agent: 'a' }, /input is empty/],
    ['input that is no JSON', '{', { agent: 'a', inputJson: true }, /not JSON, which --input-json promises/],
  ])('are bad usage, and say so, with %s', async (_, input, flags, message) => {
    const error = await taskOf(input, flags).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'usage.invalid', message: expect.stringMatching(message) });
    expect(exitCodeOf('usage.invalid')).toBe(EXIT.usage);
  });

  it.each([
    ['--max-turns', '0'],
    ['--max-turns', '-1'],
    ['--agent-version', ''],
    ['--thread', ''],
    ['--backend', ''],
    ['--user', ''],
    ['--key', ''],
    ['--agent', ''],
  ])('%s %j is bad usage, not an option that is dropped', async (option, value) => {
    const program = createProgram();
    const quiet = (command: Command): void => {
      command.exitOverride().configureOutput({ writeErr: () => undefined });
      command.commands.forEach(quiet);
    };
    quiet(program);
    await expect(program.parseAsync(['node', 'switchyard', 'run', option, value, 'x'])).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });
});
