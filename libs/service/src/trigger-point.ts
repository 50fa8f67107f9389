/** Names one place: `executor.after_commit.RunParked`. Read once; nothing but tests of crashes sets it. */
const armed = process.env['SWITCHYARD_CRASH_AT'];

/**
 * A boundary at which a process may die: before or after a commit or a publication. Tests arm one by `SWITCHYARD_CRASH_AT`,
 * and the process ends itself there as SIGKILL ends it; otherwise it costs a comparison.
 *
 * @param place in words that stay: `tool_host.after_effect`
 * @param what told only where a place is armed: which of several commits it is, e.g. its last entry's type
 */
export function triggerPoint(place: string, what?: () => string): void {
  if (armed === undefined) return;
  if (armed === (what ? `${place}.${what()}` : place)) process.kill(process.pid, 'SIGKILL');
}
