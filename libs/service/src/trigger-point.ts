/**
 * Names one place: `executor.after_commit.RunParked`; or says `when_told`: the parent names it by a message, and is told that it
 * was heard. Nothing but tests of crashes sets it.
 */
const asked = process.env['SWITCHYARD_CRASH_AT'];
let armed = asked === 'when_told' ? '' : asked;
if (asked === 'when_told') obeyParent();

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

/** So that a process need not be started anew for each place. Messages are `{ crashAt: place }`, and are answered as they came. */
function obeyParent(): void {
  process.on('message', (message) => {
    if (typeof message !== 'object' || message === null || !('crashAt' in message)) return;
    armed = String(message.crashAt);
    process.send?.({ crashAt: armed });
  });
  // Who listens to its parent only has nothing to do, and may end.
  process.channel?.unref();
}
