import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { ServiceDefinition } from '@switchyard/service';

export const SERVICE_NAMES = ['router', 'tool-host', 'memory', 'evaluator', 'executor', 'gateway'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

const LOADERS: Readonly<Record<ServiceName, () => Promise<{ serviceDefinition: ServiceDefinition }>>> = {
  router: () => import('@switchyard/router'),
  'tool-host': () => import('@switchyard/tool-host'),
  memory: () => import('@switchyard/memory'),
  evaluator: () => import('@switchyard/evaluator'),
  executor: () => import('@switchyard/executor'),
  gateway: () => import('@switchyard/gateway'),
};

/** In the order in which they are started: those who are asked before those who ask. */
export async function loadDefinitions(names: readonly ServiceName[] = SERVICE_NAMES): Promise<ServiceDefinition[]> {
  const definitions: ServiceDefinition[] = [];
  // One after the other: loading is work for the processor, and they share most of what they load.
  for (const name of names) definitions.push((await LOADERS[name]()).serviceDefinition);
  return definitions;
}

/** The program that runs one service alone: `node <this>`. */
export function mainFile(name: ServiceName): string {
  return join(packageFolder(`@switchyard/${name}`), 'dist', 'main.js');
}

export function simulatorMainFile(): string {
  return join(packageFolder('@switchyard/simulator'), 'dist', 'main.js');
}

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
