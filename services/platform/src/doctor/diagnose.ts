import type { SwitchyardClient } from '@switchyard/client';
import { readConnectionFile } from '../connection-file.js';
import { runCheck, type Finding } from './finding.js';
import { machineChecks, node } from './machine-checks.js';
import { backendsFinding, systemChecks } from './system-checks.js';

export type { Finding } from './finding.js';

export interface DiagnoseOptions {
  dataDir: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Checks this machine, then the system that runs on the data folder, each as soon as it is known. Changes nothing. */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding> {
  const connection = await readConnectionFile(options.dataDir);
  for (const [name, check] of machineChecks(options, connection !== undefined))
    yield await runCheck('machine', name, check);
  if (!connection) {
    yield {
      area: 'system',
      name: 'System',
      level: 'warning',
      detail: `none runs on ${options.dataDir}`,
      fix: 'Start one with: npm start',
    };
    return;
  }
  for (const [name, check] of systemChecks(connection, options)) {
    const finding = await runCheck('system', name, check);
    yield finding;
    // Nothing answers for a process that is gone: one finding says it.
    if (name === 'Process' && finding.level === 'failure') return;
  }
}

/** Checks a system that runs elsewhere, by what its gateway tells to this key. */
export async function* diagnoseRemote(client: SwitchyardClient): AsyncGenerator<Finding> {
  yield await runCheck('machine', 'Node', node);
  const gateway = await runCheck('system', 'Gateway', async () => {
    await client.runs.list({ limit: 1 });
    return { level: 'ok', detail: 'it answers, and takes the key' };
  });
  yield gateway;
  if (gateway.level === 'failure') return;
  yield await runCheck('system', 'Backends', async () => backendsFinding(await client.backends.list()));
}
