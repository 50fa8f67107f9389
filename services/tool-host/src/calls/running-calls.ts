import { SwitchyardError, type ToolResult } from '@switchyard/contracts';

/** How long a cancelled run is remembered: a call of it that was on its way comes within moments. */
const CANCELLED_FOR_MS = 5 * 60_000;
const MAX_CANCELLED = 10_000;

/** What this process runs at the moment, so that duplicates join it and a cancel finds it. */
export class RunningCalls {
  private readonly results = new Map<string, RunningCall>();
  private readonly byRun = new Map<string, Set<AbortController>>();
  private readonly cancelled = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  get size(): number {
    return this.results.size;
  }

  find(callId: string): RunningCall | undefined {
    return this.results.get(callId);
  }

  /** Keeps a call findable until its result is there. */
  add(callId: string, call: RunningCall): void {
    this.results.set(callId, call);
    const remove = () => this.results.delete(callId);
    call.result.then(remove, remove);
  }

  /** A controller that a cancel of the run aborts; aborted already where the run was cancelled a moment ago. */
  begin(runId: string): AbortController {
    const controller = new AbortController();
    const controllers = this.byRun.get(runId) ?? new Set();
    this.byRun.set(runId, controllers.add(controller));
    if ((this.cancelled.get(runId) ?? 0) > this.now()) controller.abort(cancelledError(runId));
    return controller;
  }

  end(runId: string, controller: AbortController): void {
    const controllers = this.byRun.get(runId);
    controllers?.delete(controller);
    if (controllers?.size === 0) this.byRun.delete(runId);
  }

  /** Aborts all that runs for this run, and what comes late. Gives how many were running. */
  cancel(runId: string): number {
    this.forgetOld();
    this.cancelled.set(runId, this.now() + CANCELLED_FOR_MS);
    const controllers = [...(this.byRun.get(runId) ?? [])];
    for (const controller of controllers) controller.abort(cancelledError(runId));
    return controllers.length;
  }

  abortAll(reason: SwitchyardError): void {
    for (const controllers of this.byRun.values()) for (const controller of controllers) controller.abort(reason);
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.results.size > 0) await Promise.allSettled([...this.results.values()].map(({ result }) => result));
  }

  /** Oldest first, as a Map keeps them. */
  private forgetOld(): void {
    for (const [runId, until] of this.cancelled) {
      if (until > this.now() && this.cancelled.size < MAX_CANCELLED) break;
      this.cancelled.delete(runId);
    }
  }
}

export interface RunningCall {
  tenant: string;
  argumentsHash: string;
  result: Promise<ToolResult>;
}

function cancelledError(runId: string): SwitchyardError {
  return new SwitchyardError('run.cancelled', 'The run was cancelled; its tool call was stopped.', {
    details: { run_id: runId },
  });
}
