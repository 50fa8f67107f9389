// npm run verify: all that CI asks. Every step runs, also after a failure; the last line counts the tests.
import './lib/check-node.mjs';
import { run } from './lib/run.mjs';
import { countsLine } from './lib/test-counts.mjs';
import { nx, root, tool } from './lib/workspace.mjs';
import { main, setup } from './setup.mjs';
import { test } from './test.mjs';

const limit = { timeoutMs: 10 * 60_000 };
const passes = async (command) => (await run(command, limit)).code === 0;
const results = [];
// Until the tests have run, they count as failed.
let counts = { passed: 0, failed: 1, skipped: 0 };

await main(async () => {
  await step('set up', async () => {
    await setup();
    return true;
  });
  await step('tests', async () => {
    const outcome = await test();
    counts = outcome.counts;
    return outcome.ok;
  });
  await step('format', () => passes([...tool('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']));
  await step('lint and boundaries', () => passes([process.execPath, `${root}/scripts/lint.mjs`]));
  await step('contracts', () => passes([process.execPath, `${root}/scripts/check-contracts.mjs`]));
  await step('project references', () => passes([...nx(), 'sync:check']));
  await step('build', () => passes([...nx(), 'run-many', '-t', 'build', '--outputStyle=static', '--parallel=2']));
  await step('typecheck', () =>
    passes([...nx(), 'run-many', '-t', 'typecheck', '--outputStyle=static', '--parallel=2']),
  );
  summary();
});

async function step(name, work) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  let ok = false;
  try {
    ok = await work();
  } catch (error) {
    console.error(error.message);
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`== ${name}: ${ok ? 'ok' : 'FAILED'} (${seconds} s)`);
  results.push({ name, ok, seconds });
}

function summary() {
  console.log('\n== summary');
  for (const { name, ok, seconds } of results) console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (results.some(({ ok }) => !ok)) process.exitCode = 1;
  console.log(countsLine(counts));
}
