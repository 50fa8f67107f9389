import type { NatsConnection } from '@nats-io/transport-node';

/** Drains where there is a server to drain to; a connection that is down is closed at once. */
export async function closeConnection(nc: NatsConnection, deadlineMs = 5_000): Promise<void> {
  if (nc.isClosed()) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), deadlineMs)));
  // A drain needs the server's answer; while disconnected it would wait for the reconnect. Its failure is the same as
  // its being late: the connection is closed hard.
  const drained = nc.drain().then(
    () => 'drained' as const,
    () => 'late' as const,
  );
  if ((await Promise.race([drained, late])) === 'late') await nc.close();
  clearTimeout(timer);
}
