import { randomUUID } from 'node:crypto';
import { fromStore, SubmitReplySchema, type JsonObject, type JsonValue, type SubmitReply } from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface NewTask {
  agent: string;
  /** A text, or any JSON value. */
  input: JsonValue;
  /** Runs of one thread follow each other and know what was said before. */
  thread?: string;
  /** The same key is the same task. Where there is none, one is made up, so that a lost answer starts nothing twice. */
  idempotencyKey?: string;
  /** Instead of the version that a new run would get: a number, a content address or a beginning of it, or "current". */
  agentVersion?: string;
  /** Overrides the agent's choice. */
  backend?: string;
  /**
   * Backends to move to, in order, where the one that it is on fails for good; `*` for any other that suits. Default: the
   * agent's list, or none where the task names its backend.
   */
  fallbacks?: string[];
  user?: string;
  limits?: { turns?: number; tokens?: number; seconds?: number; costUsd?: number };
  metadata?: Record<string, string>;
  /** `high`: before the tenant's others where a backend is full. */
  priority?: string;
  /** Answers its tool calls instead of making them: nothing of the run acts on the world then. */
  fixtures?: TaskFixtures;
}

export interface TaskFixtures {
  /** The answers that this run got. */
  runId?: string;
  /** Instead, or before them; each is given once unless it is repeatable, and to any arguments where it names none. */
  answers?: { tool: string; arguments?: JsonObject; result: JsonValue; isError?: boolean; repeatable?: boolean }[];
  /** What becomes of a call that nothing answers. Default: stop. */
  unmatched?: 'stop' | 'tell';
}

export class Tasks {
  constructor(private readonly http: Http) {}

  /** @throws SwitchyardError `agent.not_found`, `backend.not_found`, `backend.none_suitable`, `task.conflict`, `task.too_large`, `thread.busy` */
  async submit(task: NewTask): Promise<SubmitReply> {
    const body = wire({
      agent: task.agent,
      input: task.input,
      agent_version: task.agentVersion,
      thread: task.thread,
      idempotency_key: task.idempotencyKey ?? randomUUID(),
      backend: task.backend,
      fallbacks: task.fallbacks,
      user: task.user,
      limits:
        task.limits &&
        wire({
          turns: task.limits.turns,
          tokens: task.limits.tokens,
          seconds: task.limits.seconds,
          cost_usd: task.limits.costUsd,
        }),
      metadata: task.metadata,
      priority: task.priority,
      fixtures: task.fixtures && fixturesOf(task.fixtures),
    });
    return fromStore(SubmitReplySchema, await this.http.json('POST', '/v1/tasks', { body, repeatable: true }));
  }
}

function fixturesOf({ runId, answers, unmatched }: TaskFixtures): JsonObject {
  return wire({
    run_id: runId,
    answers: answers?.map(({ isError, ...answer }) => wire({ ...answer, is_error: isError })),
    unmatched,
  });
}

/** The members that are there. */
function wire(members: Record<string, JsonValue | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined),
  );
}
