import { afterAll, beforeAll, describe } from '@jest/globals';
import { FORMS, System } from '../index.js';
import { taskByBareNats } from './bare-nats.scenarios.js';
import { taskByClient } from './client.scenarios.js';
import { taskByRest } from './rest.scenarios.js';
import { streaming } from './streaming.scenarios.js';

describe.each(FORMS)('tasks, $form', ({ args }) => {
  let system: System;
  beforeAll(async () => {
    system = await System.start({ args });
  }, 180_000);
  afterAll(() => system?.stop(), 60_000);

  taskByRest(() => system);
  taskByBareNats(() => system);
  taskByClient(() => system);
  streaming(() => system);
});
