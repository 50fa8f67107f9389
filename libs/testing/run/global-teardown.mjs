// jest's globalTeardown.
import { stopServers } from './test-run.mjs';

export default async function globalTeardown() {
  await stopServers(process.env.SWITCHYARD_TEST_DIR);
}
