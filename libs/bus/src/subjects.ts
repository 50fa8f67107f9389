import { SwitchyardError, TOKEN } from '@switchyard/contracts';

/** One token of a subject, or `*` for all of them. */
export type SubjectToken = string;

/** Kinds of work that streams carry, and the first token after the prefix. */
export const WORK_KINDS = ['tasks', 'feedback', 'exec', 'tool', 'event', 'timer'] as const;
export type WorkKind = (typeof WORK_KINDS)[number];
/** What a dead letter tells of: a message of such work, or a run that failed. */
export const DEAD_KINDS = [...WORK_KINDS, 'run'] as const;
export type DeadKind = (typeof DEAD_KINDS)[number];

/**
 * Every subject of Switchyard, below one prefix. Each argument is one token; `*` is allowed, so that the same methods
 * name what is published and what is listened to.
 *
 * @throws SwitchyardError `bus.bad_subject` when a token is empty, too long or has a letter that a subject cannot carry
 */
export class Subjects {
  constructor(readonly prefix: string = 'switchyard') {
    if (!TOKEN.test(prefix)) throw badToken('prefix', prefix);
  }

  /** Tasks of a tenant, from anyone who may publish. Work queue INTAKE. */
  readonly tasks = (tenant: SubjectToken): string => this.join('tasks', { tenant });
  /** What somebody says of a run of a tenant. Work queue INTAKE. */
  readonly feedback = (tenant: SubjectToken): string => this.join('feedback', { tenant });
  /** A run may move. Work queue EXEC, one consumer a backend. */
  readonly exec = (backend: SubjectToken, run: SubjectToken): string => this.join('exec', { backend, run });
  /** A call whose run is parked. Work queue TOOL, one consumer a pool. */
  readonly tool = (pool: SubjectToken, call: SubjectToken): string => this.join('tool', { pool, call });
  /** A journaled event. Stream EVENTS. */
  readonly event = (tenant: SubjectToken, run: SubjectToken, type: SubjectToken): string =>
    this.join('event', { tenant, run, type });
  /** The message schedule of a run. Stream TIMERS, where a newer one replaces it. */
  readonly timer = (id: SubjectToken): string => this.join('timer', { id });
  /** What a run's schedule becomes when it is due. Stream TIMERS, from where EXEC takes it as `exec`. */
  readonly timerDue = (backend: SubjectToken, run: SubjectToken): string =>
    this.join('timer', { of: 'due', backend, run });
  /** The message schedule of a task that comes again and again. Stream TIMERS. */
  readonly timerOfSchedule = (tenant: SubjectToken, name: SubjectToken): string =>
    this.join('timer', { of: 'schedule', tenant, name });
  /** What it becomes when it is due. Stream TIMERS, from where the router takes it. */
  readonly timerFire = (tenant: SubjectToken, name: SubjectToken): string =>
    this.join('timer', { of: 'fire', tenant, name });
  /** What failed for good. Stream DEAD. */
  readonly dead = (kind: SubjectToken, id: SubjectToken): string => this.join('dead', { kind, id });
  /** Deltas of the turn in progress. Core NATS. */
  readonly stream = (tenant: SubjectToken, run: SubjectToken): string => this.join('stream', { tenant, run });
  /** Stop this run. Core NATS. */
  readonly cancel = (run: SubjectToken): string => this.join('cancel', { run });
  /** Request and reply. Core NATS, one queue group a service. */
  readonly rpc = (service: SubjectToken, method: SubjectToken): string => this.join('rpc', { service, method });
  /** The fast path of tool calls to one pool. Core NATS. */
  readonly toolRpc = (pool: SubjectToken): string => this.join('rpc', { service: 'tool', pool });

  private join(kind: string, tokens: Readonly<Record<string, SubjectToken>>): string {
    for (const [name, token] of Object.entries(tokens)) {
      if (token !== '*' && !TOKEN.test(token)) throw badToken(name, token);
    }
    return [this.prefix, kind, ...Object.values(tokens)].join('.');
  }
}

/** The durable consumer on EXEC that a backend's executors share. */
export function execDurable(backend: string): string {
  return `exec-${backend}`;
}

/** The durable consumer on TOOL that a pool's tool hosts share. */
export function toolDurable(pool: string): string {
  return `tool-${pool}`;
}

/** The tokens after `<prefix>.<kind>.`; empty where the subject is another's. */
export function subjectTokens(subject: string, prefix: string): { kind: string; tokens: string[] } {
  if (!subject.startsWith(`${prefix}.`)) return { kind: '', tokens: [] };
  const [kind = '', ...tokens] = subject.slice(prefix.length + 1).split('.');
  return { kind, tokens };
}

function badToken(name: string, token: string): SwitchyardError {
  return new SwitchyardError(
    'bus.bad_subject',
    `"${String(token).slice(0, 64)}" cannot be the ${name} in a subject: use 1 to 128 letters, digits, "_" and "-".`,
    { details: { token: name } },
  );
}
