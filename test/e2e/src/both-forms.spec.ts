import { afterAll, beforeAll, describe } from '@jest/globals';
import { agentVersions } from './agents/agent-versions.scenarios.js';
import { backendChoice } from './agents/backend-choice.scenarios.js';
import { everyKind } from './agents/every-kind.scenarios.js';
import { mcpServers } from './agents/mcp-servers.scenarios.js';
import { referenceServers } from './agents/reference-servers.scenarios.js';
import { openApiServices } from './agents/openapi-services.scenarios.js';
import { PageServer } from './agents/page-server.fixture.js';
import { RAILWAY_KEY } from './agents/railway-api.fixture.js';
import { toolsInRuns } from './agents/tools-in-runs.scenarios.js';
import { webPages } from './agents/web-pages.scenarios.js';
import { FORMS, System } from './index.js';
import { apiKeys } from './platform/api-keys.scenarios.js';
import { backends } from './platform/backends.scenarios.js';
import { deadLetters } from './platform/dead-letters.scenarios.js';
import { evaluation } from './platform/evaluation.scenarios.js';
import { gate } from './platform/gate.scenarios.js';
import { memories } from './platform/memories.scenarios.js';
import { memoryAgents } from './platform/memory-agents.scenarios.js';
import { memoryExchange } from './platform/memory-exchange.scenarios.js';
import { systemInformation } from './platform/system-information.scenarios.js';
import { taskByBareNats } from './tasks/bare-nats.scenarios.js';
import { taskByClient } from './tasks/client.scenarios.js';
import { taskByRest } from './tasks/rest.scenarios.js';
import { largeValues } from './tasks/large-values.scenarios.js';
import { scheduledTasks } from './tasks/schedules.scenarios.js';
import { streaming } from './tasks/streaming.scenarios.js';

/**
 * What concerns the whole system, written once and true in both forms. One system a form serves all of it: twelve
 * processes take longer to start than what they are asked here.
 */
describe.each(FORMS)('$form', ({ args }) => {
  let system: System;
  let pages: PageServer;
  beforeAll(async () => {
    pages = await PageServer.start();
    const env = {
      SWITCHYARD_FETCH_ALLOW: pages.host,
      FIXTURE_TOKEN: 'Bearer of-the-test',
      FIXTURE_PLACE: 'the yard',
      RAILWAY_KEY,
    };
    system = await System.start({ args, env });
  });
  afterAll(async () => {
    await system?.stop();
    await pages?.stop();
  });

  const started = () => system;
  // First, while nothing else has been done: these look at all there is.
  systemInformation(started);
  evaluation(started);
  gate(started);

  taskByRest(started);
  taskByBareNats(started);
  taskByClient(started);
  scheduledTasks(started);
  streaming(started);
  largeValues(started);
  toolsInRuns(started, () => pages);
  agentVersions(started);
  backendChoice(started);
  mcpServers(started);
  referenceServers(started);
  openApiServices(started);
  webPages(started);
  everyKind(started);
  memories(started);
  memoryExchange(started);
  memoryAgents(started);
  apiKeys(started);
  backends(started);
  deadLetters(started);
});
