import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { JsonObject } from '@switchyard/contracts';
import { simulatorBackend, startSimulator, type Simulator } from '@switchyard/simulator';
import { connectedToolServer, rest, switchyardJson, type System } from '../index.js';

const SCRIPT = fileURLToPath(new URL('../../test/mcp-server.mjs', import.meta.url));
const WINDOW = 20_000_000;
/** What a run of megabytes may use. */
export const BULK_LIMITS = { tokens: 10 * WINDOW };
const MIB = 1_048_576;
/** As much as a result may have. */
export const RESULT_BYTES = 4 * MIB;
/** As much as a turn may say, in words that say where they stand. */
export const ANSWER =
  Array.from({ length: (8 * MIB) / 1_024 }, (_, index) => String(index).padEnd(1_023, 'y')).join(' ') + '.';

/** A turn that asks the tool for so many bytes. */
export const carry = (bytes: number) => ({ calls: [{ name: 'warehouse_bulk', arguments: { bytes } }] });

/** A backend `bulky` that takes megabytes, a tool that gives them, and an agent `porter` with both. */
export async function prepareBulk(system: System): Promise<Simulator> {
  const simulator = await startSimulator({ contextWindow: WINDOW });
  const backend = simulatorBackend(simulator.url, { name: 'bulky', profile: { contextWindow: WINDOW } });
  const { name, api, model, baseUrl } = backend;
  const profile = JSON.parse(JSON.stringify(backend.profile)) as JsonObject;
  const body = { name, api, model, base_url: baseUrl, profile };
  expect((await rest(system, 'POST', '/v1/backends', { body })).status).toBe(200);
  const file = join(system.dataDir, 'bulk.yaml');
  const command = { command: process.execPath, args: [SCRIPT, '--bulk'] };
  const server = { name: 'warehouse', kind: 'mcp-stdio', ...command, max_output_bytes: RESULT_BYTES };
  await writeFile(file, JSON.stringify(server));
  await switchyardJson(system, ['tools', 'add', '-f', file]);
  await connectedToolServer(system, 'warehouse');
  const agent = { name: 'porter', instructions: 'Carry.', tools: ['warehouse.*'] };
  expect((await rest(system, 'POST', '/v1/agents', { body: agent })).status).toBe(200);
  return simulator;
}
