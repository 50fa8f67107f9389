import { readConnectionFile } from '../connection-file.js';
import { runCheck, type Finding } from './finding.js';
import { machineChecks } from './machine-checks.js';
import { systemChecks } from './system-checks.js';

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
  for (const [name, check] of systemChecks(connection, options)) yield await runCheck('system', name, check);
}
