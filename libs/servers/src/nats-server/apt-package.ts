import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../progress.js';
import { reason, runCommand } from '../run-command.js';
import { newerSuites, parseDeb822Sources, parseOneLineSources, type AptSource } from './apt-sources.js';
import { verifiedVersion } from './version.js';

/** Suites of the same archive that carry newer packages than the release, by distribution. */
const suitesByDistribution: Readonly<Record<string, readonly string[]>> = {
  debian: ['testing', 'sid'],
  ubuntu: ['devel'],
};

/**
 * Takes nats-server from the distribution's own archive, from a newer suite of it, without installing anything: a
 * sources file made from the machine's own, apt's state and cache inside `folder`, and the package unpacked there. Needs
 * no root. Answers the path of the program.
 */
export async function fetchAptPackage(folder: string, progress: Progress): Promise<string> {
  const release = parseOsRelease(await readFile('/etc/os-release', 'utf8'));
  const suites = suitesByDistribution[release.id];
  if (!suites) throw new Error(`no package is known for the distribution "${release.id}"`);
  const lines = newerSuites(await machineSources(), release.codename, suites);
  if (lines.length === 0) throw new Error(`the machine's apt sources name no archive for ${release.codename}`);

  const failures: string[] = [];
  for (const [index, line] of lines.entries()) {
    const suite = suites[index] ?? '';
    progress(`nats-server: reading the package list of ${release.id} ${suite}`);
    try {
      const path = await unpackFrom(line, join(folder, suite));
      await verifiedVersion(path);
      return path;
    } catch (error) {
      failures.push(`${suite}: ${reason(error)}`);
    }
  }
  throw new Error(failures.join('; '));
}

async function unpackFrom(sourceLine: string, folder: string): Promise<string> {
  const [lists, archives] = [join(folder, 'state/lists/partial'), join(folder, 'cache/archives/partial')];
  await Promise.all([mkdir(lists, { recursive: true }), mkdir(archives, { recursive: true })]);
  const sources = join(folder, 'sources.list');
  await writeFile(sources, `${sourceLine}\n`);
  const options = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': join(folder, 'state'),
    'Dir::State::Status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    // As root apt would drop to a user that cannot write here.
    'APT::Sandbox::User': '',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '1',
    'Acquire::http::Timeout': '10',
    'Acquire::https::Timeout': '10',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  await runCommand('apt-get', [...flags, '-qq', 'update'], { cwd: folder, timeoutMs: 120_000 });
  await runCommand('apt-get', [...flags, '-qq', 'download', 'nats-server'], { cwd: folder, timeoutMs: 120_000 });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (!archive) throw new Error('apt-get download left no package');
  await runCommand('dpkg-deb', ['-x', archive, 'unpacked'], { cwd: folder });
  return join(folder, 'unpacked/usr/sbin/nats-server');
}

async function machineSources(): Promise<AptSource[]> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch((): string[] => []);
  const files = ['/etc/apt/sources.list', ...names.sort().map((name) => join(folder, name))];
  const parsed = await Promise.all(
    files.map(async (file) => {
      // A machine has one or the other of these files; a missing or unreadable one names no archive.
      const text = await readFile(file, 'utf8').catch(() => '');
      return file.endsWith('.sources') ? parseDeb822Sources(text) : parseOneLineSources(text);
    }),
  );
  return parsed.flat();
}

function parseOsRelease(text: string): { id: string; codename: string } {
  const value = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  return { id: value('ID'), codename: value('VERSION_CODENAME') };
}
