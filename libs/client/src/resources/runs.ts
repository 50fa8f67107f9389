import { randomUUID } from 'node:crypto';
import {
  EventListSchema,
  fromStore,
  fromValue,
  OutcomeSchema,
  PayloadSchema,
  RunListSchema,
  RunSchema,
  RunStateViewSchema,
  RunStepsSchema,
  RunTreeSchema,
  SubmitReplySchema,
  type JsonValue,
  type Outcome,
  type Run,
  type RunEvent,
  type RunStateView,
  type RunStep,
  type RunTree,
  type SubmitReply,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { isEnd, streamRun, type RunSignal, type StreamOptions } from '../run-stream.js';

export interface RunFilter {
  agent?: string | undefined;
  status?: string | undefined;
  thread?: string | undefined;
  /** The run whose calls started them. */
  parent?: string | undefined;
  /** At most 200. */
  limit?: number | undefined;
  /** The last run of the page before. */
  before?: string | undefined;
}

export interface ForkOptions {
  /** The last entry that is taken over; the last one that will do, where absent. */
  seq?: number | undefined;
  /** Where it goes on. Default: where the run is. */
  backend?: string | undefined;
  /** Content address, number, or `current`. Default: the run's own. */
  agentVersion?: string | undefined;
  /** Said after what was taken over. */
  input?: JsonValue | undefined;
  /** The same key is the same fork. Where there is none, one is made up, so that a lost answer starts nothing twice. */
  idempotencyKey?: string | undefined;
}

export class Runs {
  constructor(private readonly http: Http) {}

  async get(runId: string): Promise<Run> {
    return fromStore(RunSchema, await this.http.json('GET', path(runId)));
  }

  /** The newest first. Long inputs and outputs are shortened; `get` has them whole. */
  async list(filter: RunFilter = {}): Promise<Run[]> {
    return fromStore(RunListSchema, await this.http.json('GET', '/v1/runs', { query: { ...filter } })).runs;
  }

  /** The run and all below it, each after its caller, with what they used together. */
  async tree(runId: string): Promise<RunTree> {
    return fromStore(RunTreeSchema, await this.http.json('GET', `${path(runId)}/tree`));
  }

  /** @throws SwitchyardError `run.already_ended` */
  async cancel(runId: string, reason = ''): Promise<Run> {
    return fromStore(RunSchema, await this.http.json('POST', `${path(runId)}/cancel`, { body: { reason } }));
  }

  /**
   * Moves the run to another backend before its next model turn; with `now`, without waiting for the end of this one.
   *
   * @throws SwitchyardError `run.already_ended`, `run.same_backend`, `backend.not_found`, `backend.none_suitable`
   */
  async switch(runId: string, backend: string, options: { reason?: string; now?: boolean } = {}): Promise<Run> {
    const { reason = '', now = false } = options;
    const body = { backend, reason, now };
    return fromStore(RunSchema, await this.http.json('POST', `${path(runId)}/switch`, { body }));
  }

  /**
   * Says something to a run that goes on; with `callId`, answers what that call asks. Where no key is given one is made up, so
   * that a lost answer says nothing twice.
   *
   * @throws SwitchyardError `run.already_ended`, `run.asks_nothing`, `run.already_answered`, `input.too_large`
   */
  async send(
    runId: string,
    input: JsonValue,
    options: { callId?: string; idempotencyKey?: string } = {},
  ): Promise<Run> {
    const { callId = '', idempotencyKey = randomUUID() } = options;
    const body = { input, call_id: callId, idempotency_key: idempotencyKey };
    return fromStore(RunSchema, await this.http.json('POST', `${path(runId)}/input`, { body, repeatable: true }));
  }

  /**
   * Begins a new run with the first entries of this one; nothing of them is executed again.
   *
   * @throws SwitchyardError `run.fork_open_calls`, `run.fork_past_end`, `agent.not_found`, `backend.not_found`,
   *   `backend.none_suitable`, `task.conflict`
   */
  async fork(runId: string, options: ForkOptions = {}): Promise<SubmitReply> {
    const { seq, backend, agentVersion, input, idempotencyKey = randomUUID() } = options;
    const body = {
      idempotency_key: idempotencyKey,
      ...(seq === undefined ? {} : { seq }),
      ...(backend === undefined ? {} : { backend }),
      ...(agentVersion === undefined ? {} : { agent_version: agentVersion }),
      ...(input === undefined ? {} : { input }),
    };
    const reply = await this.http.json('POST', `${path(runId)}/fork`, { body, repeatable: true });
    return fromStore(SubmitReplySchema, reply);
  }

  /** What the run was after an entry of its journal; after the last, where none is named. */
  async state(runId: string, seq = 0): Promise<RunStateView> {
    return fromStore(RunStateViewSchema, await this.http.json('GET', `${path(runId)}/state`, { query: { seq } }));
  }

  /** All entries of the journal with where the run stood after each. */
  async steps(runId: string): Promise<RunStep[]> {
    const steps: RunStep[] = [];
    for (;;) {
      const query = { after_seq: steps.at(-1)?.seq ?? 0 };
      const page = fromStore(RunStepsSchema, await this.http.json('GET', `${path(runId)}/steps`, { query }));
      steps.push(...page.steps);
      if (!page.more) return steps;
    }
  }

  /** The journal as it stands now. */
  async journal(runId: string, afterSeq = 0): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for (;;) {
      const query = { after_seq: events.at(-1)?.seq ?? afterSeq };
      const page = await this.http.json('GET', `${path(runId)}/events`, {
        query,
        headers: { accept: 'application/json' },
      });
      const { events: next, more } = fromStore(EventListSchema, page);
      events.push(...next);
      if (!more) return events;
    }
  }

  /**
   * The value that a reference in an event stands for: `payloadReference` of the contracts finds those. It is there for as
   * long as a run that has it.
   *
   * @throws SwitchyardError `payload.not_found`
   */
  async payload(hash: string): Promise<JsonValue> {
    const json = await this.http.json('GET', `/v1/payloads/${encodeURIComponent(hash)}`);
    return fromValue(fromStore(PayloadSchema, json).value);
  }

  /** Follows a run to its end. */
  events(runId: string, options: StreamOptions = {}): AsyncGenerator<RunSignal> {
    return streamRun(this.http, runId, options);
  }

  /** Waits for the end of a run and gives it back. */
  async wait(runId: string, options: { signal?: AbortSignal } = {}): Promise<Run> {
    for await (const signal of this.events(runId, options)) {
      if (signal.type === 'event' && isEnd(signal.event)) break;
    }
    return this.get(runId);
  }

  /** What the evaluator keeps of the run. */
  async outcome(runId: string): Promise<Outcome> {
    return fromStore(OutcomeSchema, await this.http.json('GET', `${path(runId)}/outcome`));
  }
}

function path(runId: string): string {
  return `/v1/runs/${encodeURIComponent(runId)}`;
}
