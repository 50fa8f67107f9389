import { describe, expect, it } from '@jest/globals';
import { leavesOf, pathOf } from './examples.js';
import { createProgram } from './program.js';

describe('the help of a command', () => {
  it.each(leavesOf(createProgram()).map((command) => [pathOf(command), command] as const))(
    'shows once how %s is typed',
    (path, command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      const [, examples = '', ...more] = help.split(/^Examples?:\n/m);
      expect(more).toEqual([]);
      expect(examples).toMatch(new RegExp(`^ .*switchyard (--json )?${path}`, 'm'));
    },
  );
});
