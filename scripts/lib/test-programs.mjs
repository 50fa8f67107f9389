// Programs of the system that some tests use: Debian's packages. They are installed where that can be done without asking anybody (root,
// apt-get); elsewhere those tests are left out, with a line that says so. In CI they are never left out.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run, ticking } from './run.mjs';

const named = process.env.SWITCHYARD_CHROMIUM;
const PROGRAMS = [
  { package: 'chromium', names: named ? [named] : ['chromium', 'chromium-browser'], tests: 'web pages' },
  { package: 'bubblewrap', names: ['bwrap'], tests: 'run_command' },
];
const options = ['-qq', '-o', 'Acquire::Retries=2'];

export async function ensureTestPrograms() {
  if (missing().length > 0 && process.getuid?.() === 0 && isThere('apt-get')) await install(missing());
  for (const { package: name, tests } of missing())
    process.stderr.write(
      `${name} is not there: the tests of ${tests} are left out, or fail in CI. Debian: apt-get install ${name}\n`,
    );
}

async function install(programs) {
  const packages = programs.map((program) => program.package);
  const done = ticking(`Installing ${packages.join(' and ')}`);
  const quiet = { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  // The lists first: old ones name versions that are gone. Where they cannot be had, the old ones have to do.
  await run(['apt-get', ...options, 'update'], quiet);
  const { output } = await run(['apt-get', ...options, 'install', '-y', '--no-install-recommends', ...packages], quiet);
  const isDone = missing().length === 0;
  done(isDone ? 'done' : 'failed');
  if (!isDone) process.stderr.write(`${output.trim().split('\n').slice(-5).join('\n')}\n`);
}

function missing() {
  return PROGRAMS.filter(({ names }) => !names.some(isThere));
}

function isThere(program) {
  const folders = program.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
