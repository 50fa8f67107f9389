import { rpcSubject, type Bus } from '@switchyard/bus';
import { RouterService, SwitchyardError } from '@switchyard/contracts';
import { RUN } from './measured-run.js';

const RUN_ID = /"run_id":"(run_[0-9a-z]{26})"/;
const TOOK_MS = 2_000;

/** Answers for the router, from what a run's id says and without reading more of the request: its own speed is none of what is measured. */
export function standInForRouter(bus: Bus): { asked: () => number; stop: () => void } {
  let asked = 0;
  const subscription = bus.nc.subscribe(rpcSubject(bus, RouterService.method.getRun), {
    callback: (error, message) => {
      const runId = error ? undefined : RUN_ID.exec(message.string())?.[1];
      if (runId === undefined)
        throw new SwitchyardError('bench.unavailable', 'The stand-in for the router was asked what it does not know.');
      asked += 1;
      const endedAtMs = Date.now();
      message.respond(RUN(runId, endedAtMs - TOOK_MS, endedAtMs));
    },
  });
  return { asked: () => asked, stop: () => subscription.unsubscribe() };
}
