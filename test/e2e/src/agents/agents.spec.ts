import { afterAll, beforeAll, describe } from '@jest/globals';
import { FORMS, System } from '../index.js';
import { agentVersions } from './agent-versions.scenarios.js';
import { backendChoice } from './backend-choice.scenarios.js';
import { mcpServers } from './mcp-servers.scenarios.js';
import { PageServer } from './page-server.fixture.js';
import { toolsInRuns } from './tools-in-runs.scenarios.js';

describe.each(FORMS)('agents, $form', ({ args }) => {
  let system: System;
  let pages: PageServer;
  beforeAll(async () => {
    pages = await PageServer.start();
    system = await System.start({
      args,
      env: { SWITCHYARD_FETCH_ALLOW: pages.host, FIXTURE_TOKEN: 'Bearer of-the-test', FIXTURE_PLACE: 'the yard' },
    });
  }, 180_000);
  afterAll(async () => {
    await system?.stop();
    await pages?.stop();
  }, 60_000);

  toolsInRuns(
    () => system,
    () => pages,
  );
  agentVersions(() => system);
  backendChoice(() => system);
  mcpServers(() => system);
});
