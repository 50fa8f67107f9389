import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { sameDependencies, type LockFile } from './lock-file.js';

const run = promisify(execFile);
const OURS = fileURLToPath(new URL('../../../', import.meta.url));
const OUR_PACKAGES = '@switchyard';

/** The built services of one commit. */
export class Build {
  constructor(
    readonly name: string,
    private readonly root: string,
  ) {}

  mainFile(service: string): string {
    return join(this.root, 'services', service, 'dist', 'main.js');
  }

  /** What lets a service end with the verifier: a module that is loaded before it. */
  get stopWithParent(): string {
    return pathToFileURL(join(this.root, 'services/platform/dist/stop-with-parent.js')).href;
  }

  /** Brings the database to what this build needs, as a deployment does. */
  async migrate(databaseUrl: string): Promise<void> {
    const file = join(this.root, 'services/platform/dist/migrate-main.js');
    const { PATH, HOME } = process.env;
    await run(process.execPath, [file], { env: { PATH, HOME, DATABASE_URL: databaseUrl } });
  }
}

export const PRESENT = new Build('present', OURS);

/** A build of another commit, in a folder of its own. */
export interface BuildOfCommit {
  build: Build;
  remove(): Promise<void>;
}

/** @param ref a commit, a tag or a branch of the repository that this is in */
export async function buildOf(ref: string, say: (line: string) => void): Promise<BuildOfCommit> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-build-'));
  const root = join(folder, 'switchyard');
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await run('git', ['worktree', 'prune'], { cwd: OURS });
  };
  try {
    await run('git', ['worktree', 'add', '--detach', root, ref], { cwd: OURS });
    const { stdout } = await run('git', ['log', '-1', '--format=%h'], { cwd: root });
    const name = stdout.trim();
    say(`Building ${name} (${ref}) in ${root}`);
    await giveDependencies(root);
    const services = ['platform', 'router', 'tool-host', 'executor', 'gateway'];
    const projects = services.map((service) => `services/${service}/tsconfig.lib.json`);
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '--build', ...projects], { cwd: root });
    return { build: new Build(name, root), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Those of ours where the lock files agree: nothing is downloaded then. */
async function giveDependencies(root: string): Promise<void> {
  const [theirs, ours] = await Promise.all([lockOf(root), lockOf(OURS)]);
  if (!sameDependencies(theirs, ours)) {
    await run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: root });
    return;
  }
  const modules = join(root, 'node_modules');
  await mkdir(join(modules, OUR_PACKAGES), { recursive: true });
  for (const name of await readdir(join(OURS, 'node_modules')))
    if (name !== OUR_PACKAGES && !name.startsWith('.'))
      await symlink(join(OURS, 'node_modules', name), join(modules, name));
  for (const kind of ['libs', 'services'])
    for (const name of await readdir(join(root, kind))) {
      await symlink(join(root, kind, name), join(modules, OUR_PACKAGES, name));
      const own = join(OURS, kind, name, 'node_modules');
      const isThere = await stat(own).catch(() => undefined);
      if (isThere) await symlink(own, join(root, kind, name, 'node_modules'));
    }
}

async function lockOf(root: string): Promise<LockFile> {
  return JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as LockFile;
}
