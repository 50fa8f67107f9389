import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Every project's folder, as in `libs/bus`. */
export function projects() {
  return ['libs', 'services', 'test'].flatMap((group) =>
    readdirSync(join(root, group))
      .sort()
      .map((name) => `${group}/${name}`)
      .filter((folder) => existsSync(join(root, folder, 'package.json'))),
  );
}

/** The environment of the tools: no background process of theirs, no screen of theirs. */
export const toolEnvironment = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_NO_CLOUD: 'true',
  NO_UPDATE_NOTIFIER: '1',
};

/** A program that npm installed, by its entry file: [node, file]. Needs no shell and no .bin links. */
export function tool(file) {
  return [process.execPath, join(root, 'node_modules', file)];
}

export const nx = () => tool('nx/dist/bin/nx.js');
