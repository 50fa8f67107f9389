import { execFileSync } from 'node:child_process';

export interface Command {
  program: string;
  args: string[];
}

let supported: boolean | undefined;

/**
 * The same command, which the kernel will send `signal` when this process is gone, however it went: `kill -9` leaves us no
 * time to stop anything. Only where Linux and util-linux are; elsewhere the next start finds the orphan. What changes the
 * user must come before this, since that undoes it. Source: prctl(2), PR_SET_PDEATHSIG.
 */
export function dieWithUs(program: string, args: readonly string[], signal: NodeJS.Signals): Command {
  supported ??= tryIt();
  if (!supported) return { program, args: [...args] };
  return { program: 'setpriv', args: ['--pdeathsig', signal.replace(/^SIG/, ''), program, ...args] };
}

function tryIt(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('setpriv', ['--pdeathsig', 'TERM', 'true'], { stdio: 'ignore', cwd: '/' });
    return true;
  } catch {
    // No util-linux here, or a smaller setpriv: we do without.
    return false;
  }
}
