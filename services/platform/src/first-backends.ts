import type { RpcClient } from '@switchyard/bus';
import {
  RouterService,
  SwitchyardError,
  type Backend,
  type JsonObject,
  type MessageInitShape,
  type BackendSchema,
} from '@switchyard/contracts';
import { discoverBackends, type Backend as ModelBackend } from '@switchyard/models';
import { simulatorBackend } from '@switchyard/simulator';

/** Begins the note of a backend that was found and not written by a person: such a one goes when it is found no more. */
const FOUND = 'Found: ';
export const SIMULATOR_NOTE =
  'Simulator: answers by rule, there is no model behind it. Set an API key such as OPENAI_API_KEY, or start Ollama, and restart.';

/**
 * Registers the model endpoints that the environment offers. The simulator is there only while there is nothing else, so
 * that it never answers in a model's place.
 */
export async function applyBackends(
  rpc: RpcClient,
  options: { env: Readonly<Record<string, string | undefined>>; simulatorUrl: string | undefined },
): Promise<Backend[]> {
  const probeLocal = options.env['SWITCHYARD_PROBE_LOCAL'] !== 'off';
  const [found, known] = await Promise.all([discoverBackends(options.env, { probeLocal }), listBackends(rpc)]);
  const wanted = found.map(({ backend, found: how }) => contract(backend, FOUND + how));
  const written = known.filter((backend) => !backend.simulated && !backend.note.startsWith(FOUND));
  if (options.simulatorUrl && (wanted.length + written.length === 0 || options.env['SWITCHYARD_SIMULATOR'] === 'on')) {
    wanted.push(...simulatedBackends(options.simulatorUrl));
  }
  const gone = known.filter(
    (backend) => !written.includes(backend) && !wanted.some(({ name }) => name === backend.name),
  );
  // What a person wrote under the same name stays as it was written.
  const taken = new Set(written.map(({ name }) => name));
  for (const backend of wanted)
    if (!taken.has(backend.name)) await rpc.call(RouterService.method.applyBackend, backend);
  for (const { name } of gone) await removeUnlessInUse(rpc, name);
  return listBackends(rpc);
}

/** One simulator behind two wire APIs: two backends, so that a run can be moved from one to the other without any key. */
function simulatedBackends(url: string) {
  return [simulatorBackend(url), simulatorBackend(url, { name: 'simulator-anthropic', api: 'anthropic' })].map(
    (backend) => contract(backend, SIMULATOR_NOTE),
  );
}

/** Runs that are still on it keep it; the next start tries again. */
async function removeUnlessInUse(rpc: RpcClient, name: string): Promise<void> {
  try {
    await rpc.call(RouterService.method.removeBackend, { name });
  } catch (error) {
    if (!(error instanceof SwitchyardError && error.code === 'backend.in_use')) throw error;
  }
}

async function listBackends(rpc: RpcClient): Promise<Backend[]> {
  return (await rpc.call(RouterService.method.listBackends, {})).backends;
}

function contract(backend: ModelBackend, note: string): MessageInitShape<typeof BackendSchema> & { name: string } {
  return {
    name: backend.name,
    baseUrl: backend.baseUrl,
    api: backend.api,
    model: backend.model,
    profile: JSON.parse(JSON.stringify(backend.profile)) as JsonObject,
    apiKeyEnv: backend.apiKeyEnv ?? '',
    simulated: backend.simulated ?? false,
    note,
  };
}
