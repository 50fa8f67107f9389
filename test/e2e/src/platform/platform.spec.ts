import { afterAll, beforeAll, describe } from '@jest/globals';
import { FORMS, System } from '../index.js';
import { apiKeys } from './api-keys.scenarios.js';
import { backends } from './backends.scenarios.js';
import { deadLetters } from './dead-letters.scenarios.js';
import { evaluation } from './evaluation.scenarios.js';
import { memories } from './memories.scenarios.js';
import { systemInformation } from './system-information.scenarios.js';

describe.each(FORMS)('the platform, $form', ({ args }) => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ args });
  }, 180_000);
  afterAll(() => system?.stop(), 60_000);

  systemInformation(() => system);
  evaluation(() => system);
  memories(() => system);
  apiKeys(() => system);
  backends(() => system);
  deadLetters(() => system);
});
