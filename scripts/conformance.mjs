// npm run conformance -- mcp: runs the MCP conformance suite's client scenarios against the tool host's own client, one after the
// other, for every revision that it speaks, and says of each what came of it. --only NAME runs those whose name has NAME in it;
// --report writes docs/reports/mcp-conformance.json.
import './lib/check-node.mjs';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './lib/run.mjs';
import { root, tool } from './lib/workspace.mjs';

const SUITE = '@modelcontextprotocol/conformance';
const SUITE_VERSION = '0.2.0-alpha.12';
const REVISIONS = ['2025-11-25', '2026-07-28'];
/** The suite needs a newer Node than Switchyard; npm has one. */
const SUITE_NODE = 22;
const NODE_VERSION = '24.9.0';
/** Extensions that Switchyard does not offer. */
const NOT_OFFERED = /^auth\/(enterprise-managed-authorization|dpop|dpop-nonce|wif-jwt-bearer)$/;
/** A client starts, logs in and calls; sse-retry waits on top of that. */
const TIMEOUT_MS = 60_000;
const REPORT = join(root, 'docs/reports/mcp-conformance.json');

/** In a folder of its own: nobody who uses or builds Switchyard installs the suite. */
const cache = join(
  process.env.SWITCHYARD_CACHE || join(homedir(), '.cache/switchyard'),
  `mcp-conformance-${SUITE_VERSION}`,
);
const suite = join(cache, 'node_modules', SUITE);
const program = join(suite, 'dist/index.js');
const ownNode = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

const [what, ...options] = process.argv.slice(2);
if (what !== 'mcp') {
  console.error('Say what is to be looked at: npm run conformance -- mcp [--only NAME] [--report]');
  process.exit(2);
}
const only = options.includes('--only') ? options[options.indexOf('--only') + 1] : '';
await install();
await build();
const node = suiteNode();
const results = [];
for (const revision of REVISIONS) {
  for (const [scenario, required] of scenariosOf(revision)) {
    if (!scenario.includes(only)) continue;
    const result = { revision, scenario, required, ...(await outcomeOf(revision, scenario)) };
    results.push(result);
    const mark = result.failed > 0 ? 'FAILED' : result.passed > 0 ? 'passed' : 'left out';
    console.log(
      `${revision}  ${mark}  ${scenario}${required ? '' : ' (not required)'}${result.why ? `: ${result.why}` : ''}`,
    );
  }
}
for (const revision of REVISIONS) {
  const own = results.filter((result) => result.revision === revision && result.required);
  console.log(
    `${revision}: ${own.filter(({ failed }) => failed === 0).length} of ${own.length} required scenarios pass`,
  );
}
if (options.includes('--report')) {
  mkdirSync(join(root, 'docs/reports'), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ suite: `${SUITE}@${SUITE_VERSION}`, results }, null, 2)}\n`);
}
process.exitCode = results.some(({ required, failed }) => required && failed > 0) ? 1 : 0;

async function install() {
  if (existsSync(program)) return;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}\n');
  const packages = [`${SUITE}@${SUITE_VERSION}`, ...(isNewEnough() ? [] : [`${ownNode}@${NODE_VERSION}`])];
  const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages];
  const { code, output } = await run(['npm', ...words], { cwd: cache, quiet: true });
  if (code !== 0) throw new Error(`The suite cannot be installed:\n${output}`);
}

async function build() {
  const { code, output } = await run([...tool('typescript/bin/tsc'), '-b', 'services/tool-host'], { quiet: true });
  if (code !== 0) throw new Error(`The tool host cannot be built:\n${output}`);
}

function isNewEnough() {
  return Number(process.versions.node.split('.')[0]) >= SUITE_NODE;
}

function suiteNode() {
  const own = join(cache, 'node_modules', ownNode, 'bin/node');
  if (isNewEnough()) return process.execPath;
  if (existsSync(own)) return own;
  throw new Error(
    `The suite needs Node ${SUITE_NODE}: remove ${cache} and run this again, or run it with a newer one.`,
  );
}

/** What the revision requires, and what the suite has besides for clients, by name. */
function scenariosOf(revision) {
  const text = readFileSync(join(suite, 'requirements', `${revision}.yaml`), 'utf8');
  const [, client = ''] = text.split(/^client:\n/m);
  const required = [...client.split(/^\S/m)[0].matchAll(/^\s+- (\S+)/gm)].map(([, scenario]) => [scenario, true]);
  const others = [...text.matchAll(/- scenario: (\S+)\n\s+leg: client/g)].map(([, scenario]) => [scenario, false]);
  return [...required, ...others];
}

async function outcomeOf(revision, scenario) {
  if (NOT_OFFERED.test(scenario)) return { passed: 0, failed: 0, why: 'an extension that is not offered' };
  const out = join(cache, 'results', revision, scenario.replaceAll('/', '_'));
  rmSync(out, { recursive: true, force: true });
  const command = `${process.execPath} ${join(root, 'test/conformance/mcp-client.mjs')}`;
  const words = ['--command', command, '--scenario', scenario, '--spec-version', revision, '--force'];
  const { output } = await run([node, program, 'client', ...words, '--timeout', `${TIMEOUT_MS}`, '-o', out], {
    cwd: cache,
    quiet: true,
    timeoutMs: 2 * TIMEOUT_MS,
  });
  if (process.env.SWITCHYARD_CONFORMANCE_VERBOSE) console.log(output);
  const checks = checksIn(out) ?? [
    { id: 'scenario', status: 'FAILURE', errorMessage: `no result: ${output.slice(-300)}` },
  ];
  const failures = checks.filter(({ status }) => status === 'FAILURE');
  return {
    passed: checks.filter(({ status }) => status === 'SUCCESS').length,
    failed: failures.length,
    why: failures
      .map(({ id, errorMessage }) => `${id}: ${errorMessage ?? ''}`.slice(0, 300).replaceAll('\n', ' '))
      .join('; '),
  };
}

function checksIn(folder) {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String) : [];
  const file = files.find((name) => name.endsWith('checks.json'));
  return file ? JSON.parse(readFileSync(join(folder, file), 'utf8')) : undefined;
}
