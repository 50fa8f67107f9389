// npm's dependencies: installed when missing or when the lock file changed since.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyUnreachable } from './registry.mjs';
import { run, ticking } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { root } from './workspace.mjs';

const lockFile = join(root, 'package-lock.json');
const stampFile = join(root, 'node_modules/.switchyard-lock');
/** npm writes it at the end of every install. */
const installedFile = join(root, 'node_modules/.package-lock.json');

/**
 * What is tried, one after the other: without a network, what this machine installed before may be enough; and `npm ci`
 * refuses a lock file whose optional packages for other systems the registry does not have, while `npm install` does not.
 */
const online = [
  ['ci', ['--prefer-offline']],
  ['ci', ['--offline']],
  ['install', ['--no-save', '--prefer-offline']],
];
const offline = [
  ['ci', ['--offline']],
  ['install', ['--no-save', '--offline']],
];

/** npm's own retries would keep a machine without a network waiting for minutes. */
const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];

export async function ensureDependencies() {
  const wanted = `${createHash('sha256').update(readFileSync(lockFile)).digest('hex')} ${process.platform}-${process.arch}`;
  if (isInstalled(wanted)) return;
  const done = ticking('Installing dependencies');
  const unreachable = await whyUnreachable(npm());
  const [first, ...others] = unreachable ? offline : online;
  let result = await install(...first);
  for (const attempt of others) {
    if (result.code === 0) break;
    const next = await install(...attempt);
    if (next.code === 0) result = next;
  }
  done(result.code === 0 ? 'done' : 'failed');
  if (result.code !== 0) {
    throw new SetupError(
      'The dependencies could not be installed.',
      `${unreachable ? `${unreachable}\nWhat was downloaded before is not enough:\n` : ''}${result.output.replaceAll(/^npm error\s?/gm, '')}`,
      'They come from the npm registry that `npm config get registry` names. When it can be reached, type:  npm ci',
    );
  }
  writeFileSync(stampFile, wanted);
}

function isInstalled(wanted) {
  if (!existsSync(installedFile)) return false;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return true;
  // Somebody ran npm by hand, after the lock file was written.
  if (statSync(installedFile).mtimeMs < statSync(lockFile).mtimeMs) return false;
  writeFileSync(stampFile, wanted);
  return true;
}

function npm() {
  if (process.env.npm_execpath) return [process.execPath, process.env.npm_execpath];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

function install(command, flags) {
  const always = [
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    '--loglevel=error',
    ...patience,
  ];
  return run([...npm(), command, ...always, ...flags], { quiet: true });
}
