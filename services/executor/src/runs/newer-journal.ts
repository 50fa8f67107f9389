import type { Bus, WorkContext } from '@switchyard/bus';
import { ExecWorkSchema, type ExecWork } from '@switchyard/contracts';
import { isFutureForm } from '@switchyard/journal';

/** Deliveries after which a message is sent anew. The count begins again: what had too many becomes a dead letter. */
const HAND_BACKS = 4;

/**
 * A run whose journal only newer executors can read is left to them: its message is handed back with a delay, again and
 * again, for as long as it takes to bring the executors up to date. True where the message was sent anew and is done with;
 * where a crash comes between the two, both wake the run, which does no harm.
 *
 * @throws SwitchyardError `bus.…` retryable
 */
export async function handedOnInstead(
  bus: Pick<Bus, 'publish' | 'subjects'>,
  { tenant, runId, backend, cause }: ExecWork,
  context: Pick<WorkContext, 'delivery' | 'streamSeq'>,
  error: unknown,
): Promise<boolean> {
  if (!isFutureForm(error) || context.delivery < HAND_BACKS) return false;
  const msgId = `${runId}:newer:${context.streamSeq}`;
  await bus.publish(bus.subjects.exec(backend, runId), ExecWorkSchema, { tenant, runId, backend, cause }, { msgId });
  return true;
}
