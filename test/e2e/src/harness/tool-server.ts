import type { JsonObject } from '@switchyard/contracts';
import { waitFor } from '@switchyard/testing';
import { rest } from './rest.js';
import type { System } from './system.js';

/**
 * The server of tools as the tool hosts list it, once it is connected. Adding one waits ten seconds for that and then answers
 * `connecting`, and a busy machine may need more to start its program.
 */
export async function connectedToolServer(system: System, name: string): Promise<JsonObject> {
  return waitFor(
    async () => {
      const { body } = await rest(system, 'GET', '/v1/tool-servers');
      const servers = (body['servers'] ?? []) as JsonObject[];
      return servers.find((server) => server['name'] === name && server['status'] === 'connected');
    },
    { describe: `the server of tools "${name}" to be connected` },
  );
}
