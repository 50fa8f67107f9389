import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';
import { SwitchyardError } from '@switchyard/contracts';
import type { Command } from '../process/die-with-us.js';
import { reason } from '../run-command.js';

/** How to run a Postgres program: as who, and through what. */
export interface RunAs {
  /** The identity to spawn with; empty for our own. */
  identity: { uid?: number; gid?: number };
  command(program: string, args: readonly string[]): Command;
  /** Gives a file or folder to that user. */
  give(path: string): void;
}

export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

/** In this order: initdb needs a user that the machine knows by name. */
const candidates = ['postgres', 'nobody'];

/**
 * Postgres refuses to run as root. A root process runs it as `postgres`, or else as `nobody`. Where that user cannot
 * reach the programs or the data (a clone below /root, mode 700), it is given the one capability to pass by the
 * permissions of folders, and nothing else of root's.
 * @param postgres the program @param dataDir an existing folder, owned by that user afterwards
 */
export function runAs(postgres: string, dataDir: string): RunAs {
  if (process.getuid?.() !== 0) {
    return { identity: {}, command: (program, args) => ({ program, args: [...args] }), give: () => undefined };
  }
  const users = parsePasswd(readFileSync('/etc/passwd', 'utf8'));
  const user = candidates.map((name) => users.get(name)).find((each) => each !== undefined);
  if (!user) throw refused('this machine has neither a user "postgres" nor a user "nobody"');
  const give = (path: string) => chownSync(path, user.uid, user.gid);
  give(dataDir);
  if (canReach(user, postgres, dataDir)) {
    return {
      identity: { uid: user.uid, gid: user.gid },
      command: (program, args) => ({ program, args: [...args] }),
      give,
    };
  }
  const command = (program: string, args: readonly string[]) => ({
    program: 'setpriv',
    args: [...privileges(user), program, ...args],
  });
  try {
    const trial = command(postgres, ['--version']);
    execFileSync(trial.program, trial.args, { cwd: '/', stdio: 'pipe' });
  } catch (error) {
    throw refused(
      `user "${user.name}" cannot enter ${dataDir} or reach ${postgres}, and setpriv does not help (${reason(error)})`,
    );
  }
  return { identity: {}, command, give };
}

/** Reads passwd(5): name, password, uid, gid, … */
export function parsePasswd(text: string): Map<string, SystemUser> {
  const users = new Map<string, SystemUser>();
  for (const line of text.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && uid && gid) users.set(name, { name, uid: Number(uid), gid: Number(gid) });
  }
  return users;
}

/**
 * `no_setuid_fixup`: Postgres asks the kernel with access(2), which otherwise judges a user other than root without its
 * capabilities.
 */
function privileges({ uid, gid }: SystemUser): string[] {
  const capability = '+dac_override';
  return [
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    `--inh-caps=${capability}`,
    `--ambient-caps=${capability}`,
    '--securebits=+no_setuid_fixup',
  ];
}

/** Tries it: a folder's mode bits are not all that decides. */
function canReach({ uid, gid }: SystemUser, postgres: string, dataDir: string): boolean {
  try {
    const options = { uid, gid, cwd: '/', stdio: 'ignore' } as const;
    execFileSync(postgres, ['--version'], options);
    execFileSync('test', ['-w', dataDir], options);
    return true;
  } catch {
    return false;
  }
}

function refused(why: string): SwitchyardError {
  return new SwitchyardError(
    'servers.postgres_user',
    `Postgres does not run as root, and cannot be run as another user here: ${why}. ` +
      'Move the clone and its data to a folder that every user can enter (/srv/switchyard), or start as a plain user.',
  );
}
