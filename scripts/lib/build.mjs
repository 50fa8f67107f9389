// The build: run when a source is newer than what was built.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, ticking } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { projects, root, tool } from './workspace.mjs';

const stampFile = join(root, 'node_modules/.switchyard-build');

export async function ensureBuild() {
  const folders = projects();
  const wanted = fingerprint(folders);
  const whole = folders.every((folder) => existsSync(join(root, folder, 'dist/index.js')));
  if (whole && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  const done = ticking('Building');
  // One process for all projects: `nx run-many -t build` gives the same files, with one compiler start a project.
  const configurations = folders.map((folder) => `${folder}/tsconfig.lib.json`);
  const { code, output } = await run([...tool('typescript/bin/tsc'), '--build', ...configurations], { quiet: true });
  done(code === 0 ? 'done' : 'failed');
  if (code !== 0)
    throw new SetupError(
      'The build failed.',
      output,
      'When the cause is mended, type the same line again, or:  npm run build',
    );
  writeFileSync(stampFile, wanted);
}

/** Changes with every file that the build reads: its path, size and time. */
function fingerprint(folders) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size}\0${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!/\.(spec|fixture)\.ts$/.test(entry.name)) add(path);
    }
  };
  for (const folder of folders) {
    add(join(root, folder, 'package.json'));
    add(join(root, folder, 'tsconfig.lib.json'));
    walk(join(root, folder, 'src'));
  }
  for (const file of ['tsconfig.base.json', 'package-lock.json']) add(join(root, file));
  return hash.digest('hex');
}
