// npm test [-- jest options]: set up what is missing, run every project's tests, close with a line of counts.
import './lib/check-node.mjs';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureTestPrograms } from './lib/test-programs.mjs';
import { run } from './lib/run.mjs';
import { countsLine } from './lib/test-counts.mjs';
import { tool } from './lib/workspace.mjs';
import { main, setup } from './setup.mjs';

/** A run without counts (jest itself failed) is one failure. */
const noCounts = { passed: 0, failed: 1, skipped: 0 };

/** The wide young generation is for what a test file loads, most of which outlives many small ones: a tenth less work. */
const NODE_OPTIONS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', '--max-semi-space-size=64'];

/** One more than the two cores that everything has to run on: the long tests wait for a third of their time. */
const WORKERS = 3;

/** Answers { ok, counts }. */
export async function test(options = []) {
  const own = Boolean(process.env.SWITCHYARD_TEST_NATS_URL && process.env.SWITCHYARD_TEST_DATABASE_URL);
  await setup({ nats: own, postgres: own });
  await ensureTestPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-counts-'));
  const file = join(folder, 'counts.json');
  const nodeOptions = [process.env.NODE_OPTIONS, ...NODE_OPTIONS].filter(Boolean).join(' ');
  try {
    const jest = [...tool('jest/bin/jest.js'), '-c', 'jest.config.mjs', `--maxWorkers=${WORKERS}`];
    const { code } = await run([...jest, ...options], {
      env: { NODE_OPTIONS: nodeOptions, SWITCHYARD_TEST_COUNTS: file },
    });
    const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : noCounts;
    return { ok: code === 0, counts };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  // jest gets Ctrl-C as well and ends by itself; the line of counts still comes.
  process.on('SIGINT', () => undefined);
  let counts = noCounts;
  await main(async () => {
    const outcome = await test(process.argv.slice(2));
    counts = outcome.counts;
    if (!outcome.ok) process.exitCode = 1;
  });
  console.log(countsLine(counts));
}
