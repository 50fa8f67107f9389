// npm run contracts:check: the contracts in proto/ are well formed, what was generated from them is up to date, and
// nothing that others rely on was taken away.
import './lib/check-node.mjs';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './lib/run.mjs';
import { root } from './lib/workspace.mjs';

const generated = 'libs/contracts/src/gen';
const scratch = mkdtempSync(join(tmpdir(), 'switchyard-contracts-'));
const failures = [];

try {
  await check('lint', lint);
  await check('generated code', upToDate);
  await check('breaking changes', breaking);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.exitCode = failures.length > 0 ? 1 : 0;

async function check(name, work) {
  const problem = await work();
  if (problem) failures.push(name);
  console.log(`contracts, ${name}: ${problem ? `failed\n${problem}` : 'ok'}`);
}

/** npm runs no script of the package that would put the program in its place, so it is called where it is. */
function buf() {
  const arch = process.platform === 'linux' ? { arm64: 'aarch64', arm: 'armv7' }[process.arch] : undefined;
  const name = `buf-${process.platform}-${arch ?? process.arch}`;
  const program = join(root, 'node_modules/@bufbuild', name, 'bin', process.platform === 'win32' ? 'buf.exe' : 'buf');
  if (!existsSync(program)) throw new Error(`${program} is missing. Type:  npm ci --include=optional`);
  return program;
}

async function lint() {
  const { code, output } = await run([buf(), 'lint'], { quiet: true });
  return code === 0 ? undefined : output;
}

/** Generates beside the sources' copy, and compares file by file. */
async function upToDate() {
  const copy = join(scratch, 'generate');
  mkdirSync(copy);
  for (const name of ['proto', 'buf.yaml', 'buf.gen.yaml'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const { code, output } = await run([buf(), 'generate'], { quiet: true, cwd: copy });
  if (code !== 0) return output;
  const [fresh, present] = [filesIn(join(copy, generated)), filesIn(join(root, generated))];
  const names = [...new Set([...fresh.keys(), ...present.keys()])].sort();
  const stale = names.filter((name) => fresh.get(name) !== present.get(name));
  return stale.length > 0 ? `out of date: ${stale.join(', ')}\nType:  npm run contracts:generate` : undefined;
}

function filesIn(folder) {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, path, name }) => {
      const file = join(parentPath ?? path, name);
      return [file.slice(folder.length + 1), readFileSync(file, 'utf8')];
    }),
  );
}

/**
 * Against the last release; before the first one, against the commit before. Without history (a shallow clone, an
 * archive) there is nothing to compare with, and that is said.
 */
async function breaking() {
  const base = await baseline();
  if (!base) {
    console.log('contracts, breaking changes: no earlier commit here to compare with');
    return undefined;
  }
  const archive = join(scratch, 'base.tar');
  const against = join(scratch, 'base');
  mkdirSync(against);
  const packed = await run(['git', 'archive', '--format=tar', `--output=${archive}`, base, 'proto', 'buf.yaml'], {
    quiet: true,
  });
  if (packed.code !== 0) return packed.output;
  const unpacked = await run(['tar', '-xf', archive, '-C', against], { quiet: true });
  if (unpacked.code !== 0) return unpacked.output;
  const { code, output } = await run([buf(), 'breaking', '--against', against], { quiet: true });
  return code === 0 ? undefined : `against ${base}:\n${output}`;
}

async function baseline() {
  const git = async (...args) => {
    const { code, output } = await run(['git', ...args], { quiet: true });
    return code === 0 ? output.trim() : undefined;
  };
  const tag = await git('describe', '--tags', '--abbrev=0', '--match', 'v*');
  const changed = await git('status', '--porcelain', '--', 'proto');
  for (const commit of [tag, changed ? 'HEAD' : 'HEAD^'].filter(Boolean)) {
    if (await git('cat-file', '-e', `${commit}:proto`).then((found) => found !== undefined)) return commit;
  }
  return undefined;
}
