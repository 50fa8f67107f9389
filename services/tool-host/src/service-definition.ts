import { toolDurable } from '@switchyard/bus';
import type { ServiceDefinition } from '@switchyard/service';
import { effectsOwner } from './database-owner.js';
import { ToolHostModule } from './tool-host.module.js';

/** Only the ledger and the bus being away hand a call back; neither is the call's fault. */
const MAX_DELIVER = 100;

/** Performs tool calls for one pool. */
export const serviceDefinition: ServiceDefinition = {
  name: 'tool-host',
  owner: effectsOwner,
  poolSize: 8,
  module: (context) => ToolHostModule.register(context),
  workConsumers: ({ config, bus }) => [
    {
      kind: 'tool',
      durable: toolDurable(config.toolHost.pool),
      filters: [bus.subjects.tool(config.toolHost.pool, '*')],
      concurrency: config.toolHost.concurrency,
      maxDeliver: MAX_DELIVER,
    },
  ],
};
