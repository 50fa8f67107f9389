import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SwitchyardClient } from '@switchyard/client';
import { readBundle } from '@switchyard/contracts';
import { startSystem } from '../system.js';
import { generatedBundle } from './generated-bundle.js';

const RUNS = 20_000;

/** How fast a record is taken in, and given out again, over HTTP; and what memory the whole system has after it. */
export async function benchBundle({ json, scale }: { json: boolean; scale: number }): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    const system = await startSystem(dataDir);
    try {
      const client = new SwitchyardClient({ url: system.gatewayUrl, apiKey: system.apiKey });
      const before = system.residentBytes();
      const runs = Math.round(RUNS * scale);
      const begun = performance.now();
      const { records } = await client.bundles.import(generatedBundle('default', runs), { merge: true });
      const imported = performance.now();
      const { trailer } = await readBundle(client.bundles.export({ without: ['agents', 'tools'] }));
      const exported = performance.now();
      if (trailer.records !== records) throw new Error(`${trailer.records} records came back of ${records}`);
      const figures = {
        records,
        imported_a_second: Math.round(records / ((imported - begun) / 1_000)),
        exported_a_second: Math.round(records / ((exported - imported) / 1_000)),
        grown_mb: Math.round((system.residentBytes() - before) / 1_048_576),
      };
      if (json) return console.log(JSON.stringify(figures));
      console.log(`${records} records (${runs} runs): imported ${figures.imported_a_second} a second`);
      console.log(`exported again ${figures.exported_a_second} a second; the system grew by ${figures.grown_mb} MB`);
    } finally {
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
