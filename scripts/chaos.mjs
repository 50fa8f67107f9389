// npm run chaos [-- options]: set up what is missing, then run random agent programs under random failures.
import './lib/check-node.mjs';
import { join } from 'node:path';
import { run } from './lib/run.mjs';
import { root } from './lib/workspace.mjs';
import { main, setup } from './setup.mjs';

await main(async () => {
  await setup();
  const { code } = await run([process.execPath, join(root, 'test/chaos/dist/index.js'), ...process.argv.slice(2)]);
  process.exitCode = code;
});
