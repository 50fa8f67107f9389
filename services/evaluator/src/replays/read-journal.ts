import type { RpcClient } from '@switchyard/bus';
import { RouterService, type RunEvent } from '@switchyard/contracts';

/** Events of one page; the router's own most. */
const PAGE = 1_000;

/** The whole journal of a run; what is large in it is a reference. @throws SwitchyardError `run.not_found`, `rpc.…` */
export async function readJournal(
  rpc: Pick<RpcClient, 'call'>,
  tenant: string,
  runId: string,
): Promise<readonly RunEvent[]> {
  const all: RunEvent[] = [];
  for (let afterSeq = 0; ;) {
    const { events } = await rpc.call(RouterService.method.listEvents, { tenant, runId, afterSeq, limit: PAGE });
    const last = events.at(-1);
    if (last === undefined || last.seq <= afterSeq) return all;
    all.push(...events);
    afterSeq = last.seq;
  }
}
