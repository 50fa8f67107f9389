import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus, RpcClient } from '@switchyard/bus';
import { loadConfig, type Config } from '@switchyard/config';
import { RouterService, SwitchyardError, type Backend } from '@switchyard/contracts';
import { applyBackends } from './first-backends.js';
import { FIRST_AGENT } from './first-agent.js';

/** What a system has once it is up, and what of it is new. */
export interface FirstSteps {
  prefix: string;
  tenant: string;
  backends: Backend[];
  /** The key of this data folder; it has all scopes. */
  apiKey: string;
  /** True where the key was made just now: it is shown this once. */
  keyIsNew: boolean;
}

export interface FirstStepsOptions {
  env: Readonly<Record<string, string | undefined>>;
  dataDir: string;
  /** Base URL of a simulator, for a system without a model. */
  simulatorUrl: string | undefined;
}

/** Makes a fresh system usable: backends that were found, a first agent, a first key. On a system in use it changes nothing but the backends found. */
export async function firstSteps(options: FirstStepsOptions): Promise<FirstSteps> {
  const config = loadConfig(options.env);
  const bus = await connectBus({ servers: config.natsUrl, prefix: config.prefix, name: 'switchyard-up' });
  try {
    const rpc = new RpcClient(bus);
    const backends = await applyBackends(rpc, options);
    await applyFirstAgent(rpc, config);
    const key = await firstKey(rpc, config, join(options.dataDir, 'api-key'));
    return { prefix: config.prefix, tenant: config.tenant, backends, ...key };
  } finally {
    await bus.close();
  }
}

async function applyFirstAgent(rpc: RpcClient, { tenant }: Config): Promise<void> {
  const { agents } = await rpc.call(RouterService.method.listAgents, { tenant, limit: 1 });
  if (agents.length > 0) return;
  await rpc.call(RouterService.method.applyAgent, { tenant, definition: FIRST_AGENT });
}

/** The data folder keeps its key, in a file that only its owner can read; a database that does not know the key gets a new one. */
async function firstKey(
  rpc: RpcClient,
  { tenant }: Config,
  file: string,
): Promise<{ apiKey: string; keyIsNew: boolean }> {
  const kept = await readKey(file);
  if (kept && (await isValid(rpc, kept))) return { apiKey: kept, keyIsNew: false };
  const { secret } = await rpc.call(RouterService.method.createKey, {
    tenant,
    name: 'first',
    scopes: ['read', 'run', 'admin'],
  });
  await writeFile(file, `${secret}\n`, { mode: 0o600 });
  return { apiKey: secret, keyIsNew: true };
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isValid(rpc: RpcClient, secret: string): Promise<boolean> {
  try {
    await rpc.call(RouterService.method.verifyKey, { secret });
    return true;
  } catch (error) {
    if (error instanceof SwitchyardError && error.code === 'key.invalid') return false;
    throw error;
  }
}
