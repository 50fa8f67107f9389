import { setMaxListeners } from 'node:events';
import { SwitchyardError, type Configuration } from '@switchyard/contracts';
import type { TurnStream } from '../turn/turn-stream.js';

/** A run that this process advances at the moment. */
export interface RunInHand {
  readonly tenant: string;
  readonly runId: string;
  /** Aborted when the run is cancelled (reason `run.cancelled`) or the process stops (`executor.stopping`). */
  readonly signal: AbortSignal;
  /** What the turn in progress has said; absent between turns. */
  stream: TurnStream | undefined;
  /** What the turn in progress, or the one that failed, is asked with; absent where the last one was answered. */
  asked: Configuration | undefined;
  /** Somebody changed the run: its journal is read again before the next turn. */
  changed: boolean;
  /** Aborts the model request in hand, and nothing else; absent between turns. */
  request: AbortController | undefined;
}

interface Holding {
  run: RunInHand;
  controller: AbortController;
  released: Promise<void>;
  release: () => void;
  /** Stops listening to the transport's signal, which outlives the run. */
  detach: () => void;
}

/** Which runs this process has in hand: one holder a run, so that two messages for it do not race in one process. */
export class RunsInHand {
  readonly #holdings = new Map<string, Holding>();

  ids(): string[] {
    return [...this.#holdings.keys()];
  }

  find(runId: string): RunInHand | undefined {
    return this.#holdings.get(runId)?.run;
  }

  /** Waits until nobody in this process holds the run, then holds it. Pair with `release`. */
  async take(tenant: string, runId: string, stopping: AbortSignal): Promise<RunInHand> {
    for (let holding = this.#holdings.get(runId); holding; holding = this.#holdings.get(runId)) await holding.released;
    const controller = new AbortController();
    // Many runs listen to the one, many calls of a run to the other; each stops listening when it is done.
    setMaxListeners(0, controller.signal, stopping);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const run: RunInHand = {
      tenant,
      runId,
      signal: controller.signal,
      stream: undefined,
      asked: undefined,
      changed: false,
      request: undefined,
    };
    this.#holdings.set(runId, { run, controller, released, release, detach: abortWith(controller, stopping) });
    return run;
  }

  release(run: RunInHand): void {
    const holding = this.#holdings.get(run.runId);
    if (holding?.run !== run) return;
    this.#holdings.delete(run.runId);
    holding.detach();
    holding.release();
  }

  /**
   * The run was moved to another backend: passed on before its next turn, or, with `now`, without waiting for the end of
   * this one. True where it is in hand.
   */
  handOver(tenant: string, runId: string, now: boolean): boolean {
    const run = this.#holdings.get(runId)?.run;
    if (run?.tenant !== tenant) return false;
    run.changed = true;
    if (now)
      run.request?.abort(
        new SwitchyardError('run.switched', 'The run was moved to another backend, without waiting for this turn.'),
      );
    return true;
  }

  /** Stops what is under way for the run; true where it was in hand. */
  cancel(runId: string, reason: string): boolean {
    const holding = this.#holdings.get(runId);
    holding?.controller.abort(
      new SwitchyardError('run.cancelled', `The run was cancelled${reason === '' ? '' : `: ${reason}`}.`),
    );
    return holding !== undefined;
  }
}

/** Aborts with a reason that says what the transport's signal means here. */
function abortWith(controller: AbortController, stopping: AbortSignal): () => void {
  const abort = (): void =>
    controller.abort(
      new SwitchyardError('executor.stopping', 'This executor stops; another one takes the run on.', {
        retryable: true,
      }),
    );
  if (stopping.aborted) abort();
  stopping.addEventListener('abort', abort, { once: true });
  return () => stopping.removeEventListener('abort', abort);
}
