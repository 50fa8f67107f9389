import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.js';
import { pinnedVersion } from './version.js';

const releases = `https://github.com/nats-io/nats-server/releases/download/v${pinnedVersion}`;

/** Long enough for a slow link's first answer, short enough that a closed network costs little. */
const connectTimeoutMs = 5_000;
const downloadTimeoutMs = 120_000;

/**
 * SHA-256 of the archives of the pinned release. A platform that is not listed is checked against the release's own
 * SHA256SUMS, fetched beside the archive: that proves a whole download, not its origin.
 */
const checksums: Readonly<Record<string, string>> = {
  'linux-amd64': 'bf5edc7b1ce98e885c368cb43a886eb148dc5d0551d99f3cf6141fb5e1954c70',
  'linux-arm64': 'e2fbab4cad7d3c76e3052eb959570393c9d73ba756b70bf8e9eea61e9ae6d49c',
};

/** The name that a release uses for this machine, as in `nats-server-v2.15.1-linux-amd64.tar.gz`. */
export function releasePlatform(platform: NodeJS.Platform = process.platform, arch: string = process.arch): string {
  const system = platform === 'win32' ? 'windows' : platform;
  const processor = arch === 'x64' ? 'amd64' : arch === 'arm' ? 'arm7' : arch;
  return `${system}-${processor}`;
}

/** Downloads the official release into `folder`, checks it, unpacks it, and answers the path of the program. */
export async function fetchRelease(folder: string): Promise<string> {
  const platform = releasePlatform();
  const stem = `nats-server-v${pinnedVersion}-${platform}`;
  const windows = platform.startsWith('windows');
  const archive = `${stem}.${windows ? 'zip' : 'tar.gz'}`;
  const file = join(folder, archive);
  await download(`${releases}/${archive}`, file);

  const expected = checksums[platform] ?? (await publishedChecksum(folder, archive));
  const found = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  if (found !== expected) throw new Error(`${archive} has checksum ${found}, expected ${expected}: not used`);

  // bsdtar (Windows, macOS) reads zip as well.
  await runCommand('tar', ['-xf', file, '-C', folder]);
  return join(folder, stem, windows ? 'nats-server.exe' : 'nats-server');
}

async function publishedChecksum(folder: string, archive: string): Promise<string> {
  const file = join(folder, 'SHA256SUMS');
  await download(`${releases}/SHA256SUMS`, file);
  const line = (await readFile(file, 'utf8')).split('\n').find((text) => text.trim().endsWith(archive));
  const checksum = line?.trim().split(/\s+/)[0];
  if (!checksum) throw new Error(`the release publishes no checksum for ${archive}`);
  return checksum;
}

async function download(url: string, file: string): Promise<void> {
  // Node's fetch does not read the proxy variables before Node 24; curl does.
  if (process.env['https_proxy'] ?? process.env['HTTPS_PROXY']) {
    const limits = [
      '--connect-timeout',
      String(connectTimeoutMs / 1000),
      '--max-time',
      String(downloadTimeoutMs / 1000),
    ];
    await runCommand('curl', ['-fsSL', ...limits, '-o', file, url], { timeoutMs: downloadTimeoutMs + 5_000 });
    return;
  }
  const abort = new AbortController();
  let timer = setTimeout(
    () => abort.abort(new Error(`no answer within ${connectTimeoutMs / 1000} s`)),
    connectTimeoutMs,
  );
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => abort.abort(new Error('the download took too long')), downloadTimeoutMs);
    await writeFile(file, new Uint8Array(await response.arrayBuffer()));
  } finally {
    clearTimeout(timer);
  }
}
