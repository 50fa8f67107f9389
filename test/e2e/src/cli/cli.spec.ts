import { afterAll, beforeAll, describe } from '@jest/globals';
import { System } from '../index.js';
import { everyCommand } from './every-command.scenarios.js';
import { examples } from './examples.scenarios.js';
import { exitStatus } from './exit-status.scenarios.js';
import { watching } from './watching.scenarios.js';

/** What is on the other side of the gateway is proved elsewhere, in both forms; the command sees the gateway only. */
describe('the command', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start();
  });
  afterAll(() => system?.stop(), 60_000);

  everyCommand(() => system);
  watching(() => system);
  exitStatus(() => system);
  examples(() => system);
});
