import type { Bus, WorkContext } from '@switchyard/bus';
import { ExecWorkSchema, type ExecWork } from '@switchyard/contracts';

/** The run was moved to another backend after this message was sent: its executors get it. */
export async function redirect(
  bus: Bus,
  { tenant, runId }: ExecWork,
  { streamSeq }: WorkContext,
  backend: string,
): Promise<false> {
  // Each message is passed on once: two may wake the run at one place of its journal.
  const msgId = `${runId}:moved:${streamSeq}`;
  const moved = { tenant, runId, backend, cause: 'redriven' };
  await bus.publish(bus.subjects.exec(backend, runId), ExecWorkSchema, moved, { msgId });
  return false;
}
