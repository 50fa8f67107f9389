import { runCommand } from '../run-command.js';

/** Older ones have no multiple consumer filters, per-message TTL or message schedules. */
export const minimumVersion = '2.12.0';

/** The release that is fetched when the machine has none. */
export const pinnedVersion = '2.15.1';

/** Reads `nats-server: v2.15.1` (as printed by `nats-server --version`); undefined when it is not of that form. */
export function parseVersion(printed: string): string | undefined {
  return /nats-server:\s*v?(\d+\.\d+\.\d+\S*)/.exec(printed)?.[1];
}

/** Whether `version` is at least `minimum`, by its three numbers; what follows them is left out. */
export function isAtLeast(version: string, minimum: string): boolean {
  const numbers = (text: string) => text.split(/[.-]/).slice(0, 3).map(Number);
  const [have, want] = [numbers(version), numbers(minimum)];
  for (let index = 0; index < 3; index++) {
    const difference = (have[index] ?? 0) - (want[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Runs the program and answers its version. Throws when it does not run, or is too old. */
export async function verifiedVersion(path: string): Promise<string> {
  const printed = await runCommand(path, ['--version'], { timeoutMs: 10_000 });
  const version = parseVersion(printed);
  if (version === undefined) throw new Error(`${path} --version printed "${printed.trim()}"`);
  if (!isAtLeast(version, minimumVersion)) {
    throw new Error(`${path} is version ${version}, older than ${minimumVersion}`);
  }
  return version;
}
