import { afterAll, beforeAll, describe } from '@jest/globals';
import { System } from '../index.js';
import { anyPair } from './any-pair.scenarios.js';
import { byCommand } from './by-command.scenarios.js';
import { fallbacks } from './fallbacks.scenarios.js';
import { forks } from './fork.scenarios.js';
import { withProof } from './with-proof.scenarios.js';

describe('a run that moves between backends', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({
      env: {
        SWITCHYARD_MODEL_ATTEMPTS: '2',
        SWITCHYARD_TOOL_WAIT_MS: '1000',
        SWITCHYARD_MODEL_FIRST_BYTE_MS: '30000',
      },
    });
  });
  afterAll(() => system?.stop(), 60_000);

  const theSystem = () => system;
  describe('by commands, which', () => byCommand(theSystem));
  describe('by its list of fallbacks, which', () => fallbacks(theSystem));
  describe('from any wire API to any', () => anyPair(theSystem));
  describe('as a new run from one of its steps, where', () => forks(theSystem));
  describe('for good, with proof, which', () => withProof(theSystem));
});
