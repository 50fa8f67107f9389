import { afterAll, beforeAll, describe } from '@jest/globals';
import { System } from '../index.js';
import { approvals } from './approvals.scenarios.js';
import { inputs } from './inputs.scenarios.js';
import { secondMessages } from './second-messages.scenarios.js';

describe('people who do not only wait for the end of a run', () => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ env: { SWITCHYARD_MODEL_FIRST_BYTE_MS: '60000' } });
  });
  afterAll(() => system?.stop(), 60_000);

  const theSystem = () => system;
  describe('write again in a thread, which', () => secondMessages(theSystem));
  describe('speak to a run, which', () => inputs(theSystem));
  describe('decide about a call, which', () => approvals(theSystem));
});
