// jest's globalSetup. It only names the folder: a run without a test on real servers starts none.
import { makeFolder } from './test-run.mjs';

export default async function globalSetup() {
  process.env.SWITCHYARD_TEST_DIR = await makeFolder();
  process.env.SWITCHYARD_TEST_OWNER = String(process.pid);
}
