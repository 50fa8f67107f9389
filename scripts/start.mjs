// npm start [-- options]: set up what is missing, then `switchyard up` with the same options.
import './lib/check-node.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/workspace.mjs';
import { main, setup } from './setup.mjs';

await main(async () => {
  await setup({ nats: process.env.NATS_URL, postgres: process.env.DATABASE_URL });
  // In this very process: one less to stop, and Ctrl-C goes where it should.
  const command = join(root, 'services/cli/bin/switchyard.mjs');
  process.argv = [process.execPath, command, 'up', ...process.argv.slice(2)];
  await import(pathToFileURL(command));
});
