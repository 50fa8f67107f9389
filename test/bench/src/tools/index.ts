import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { Spread } from '../statistics.js';
import { startSystem } from '../system.js';
import { measureHost } from './measure-host.js';
import { measureSearch } from './measure-search.js';

const PREFIX = 'switchyard';

/** How well and how fast tools are found, listed and called. */
export async function benchTools({ json, scale }: { json: boolean; scale: number }): Promise<void> {
  const requests = measureSearch('requests.txt');
  const heldOut = measureSearch('held-out.txt');
  const dataDir = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  try {
    const system = await startSystem(dataDir);
    const { host: servers, username: user, password: pass } = new URL(system.natsUrl);
    const nc = await connect({ servers, user, pass });
    try {
      const host = await measureHost(nc, PREFIX, scale);
      if (json) return console.log(JSON.stringify({ requests, held_out: heldOut, ...host }));
      const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
      for (const [name, found] of Object.entries({ requests, 'requests held out': heldOut }))
        console.log(
          `${found.requests} ${name} over ${found.tools} tools: meant among the first 5 ${share(found.recallAt5)}, 10 ${share(found.recallAt10)}`,
        );
      console.log(
        `1,000 tools: indexed in ${requests.indexMs.toFixed(1)} ms, searched in ${requests.searchMs.toFixed(2)} ms`,
      );
      console.log(`ListTools of 1,000 (aim 20 ms): ${told(host.listAll)}`);
      console.log(`ListTools of 200 by name, of a registry of 1,000 (aim 20 ms): ${told(host.listNamed)}`);
      console.log(`A pure call that does nothing, over the bus with its ledger (aim 4 ms): ${told(host.call)}`);
    } finally {
      await nc.close();
      await system.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function told({ p50, p95, count }: Spread): string {
  return `${p50.toFixed(1)} ms p50, ${p95.toFixed(1)} ms p95 of ${count}`;
}
