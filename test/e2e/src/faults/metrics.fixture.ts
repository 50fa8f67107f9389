import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { System } from '../index.js';

/** Where each service of a system tells its metrics: the gateways, and what stands in the logs of the others. */
export async function metricsUrls(system: System): Promise<string[]> {
  const urls = new Set<string>();
  for (const file of await readdir(join(system.dataDir, 'logs'))) {
    for (const line of (await system.log(file.replace(/\.log$/, ''))).split('\n')) {
      const ready = /"url":"(http[^"]+)","msg":"[\w-]+ is ready"/.exec(line)?.[1];
      if (ready) urls.add(ready);
    }
  }
  return [...urls];
}

/** The sum of a metric over all services and all labels but those given. */
export async function metric(system: System, name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  let sum = 0;
  for (const url of await metricsUrls(system)) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const line of text.split('\n')) {
      const found = new RegExp(`^${name}(?:\\{(.*)\\})? ([0-9.e+-]+)$`).exec(line);
      const fits = Object.entries(labels).every(([key, value]) => found?.[1]?.includes(`${key}="${value}"`));
      if (found && fits) sum += Number(found[2]);
    }
  }
  return sum;
}
