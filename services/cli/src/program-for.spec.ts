import { describe, expect, it } from '@jest/globals';
import type { Command } from 'commander';
import { leavesOf, pathOf } from './examples.js';
import { programFor } from './program-for.js';
import { createProgram } from './program.js';

const all = createProgram();
const asked = (...words: string[]): Promise<Command> => programFor(['node', 'switchyard', ...words]);
const namesOf = ({ commands }: Command): string[] => commands.map((command) => command.name());
const helpsOf = (command: Command): [string, string][] =>
  leavesOf(command).map((leaf) => [pathOf(leaf), leaf.helpInformation()]);

describe('the program for what was typed', () => {
  it.each(all.commands.map((command) => [command.name(), command] as const))(
    'has %s alone, as the whole program has it',
    async (name, whole) => {
      const program = await asked(name);
      expect(namesOf(program)).toEqual([name]);
      expect(program.commands.flatMap(helpsOf)).toEqual(helpsOf(whole));
    },
  );

  it.each([
    ['--json', 'runs', 'list'],
    ['--data', 'agents', 'runs', 'list'],
    ['--url=http://localhost', '--api-key', 'tools', '--json', 'runs'],
  ])('tells the command from options and their values: %s %s %s', async (...words) => {
    expect(namesOf(await asked(...words))).toEqual(['runs']);
  });

  it.each([[], ['--help'], ['help', 'runs'], ['agnets', 'list'], ['constructor'], ['--data', 'runs'], ['--data']])(
    'has every command where none is named: %s',
    async (...words) => {
      expect(namesOf(await asked(...words))).toEqual(namesOf(all));
    },
  );
});
