import type { Bus } from './bus.js';

/** Drains where there is a server to drain to; a connection that is down is closed at once. */
export async function closeConnection(
  { nc, connection }: Pick<Bus, 'nc' | 'connection'>,
  deadlineMs = 5_000,
): Promise<void> {
  if (nc.isClosed()) return;
  if (!connection.isUp) return nc.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), deadlineMs)));
  // A drain needs the server's answer. That it failed is the same as that it is late: the connection is closed hard.
  const drained = nc.drain().then(
    () => 'drained' as const,
    () => 'late' as const,
  );
  if ((await Promise.race([drained, late])) === 'late') await nc.close();
  clearTimeout(timer);
}
