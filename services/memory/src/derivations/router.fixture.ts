import type { MemoryPolicySchema } from '@switchyard/contracts';
import {
  AgentVersionSchema,
  create,
  ErrorInfoSchema,
  SubmitReplySchema,
  type AgentVersion,
  type MessageInitShape,
  type SubmitReply,
  fromValue,
  RunSchema,
  SwitchyardError,
  toValue,
  type JsonObject,
  type JsonValue,
  type Run,
  type TaskRequest,
} from '@switchyard/contracts';

type PolicyInit = MessageInitShape<typeof MemoryPolicySchema>;

/** What a task of this input gives: its output, or the status and error with which its run ends. */
export type Answering = (input: JsonObject, task: TaskRequest) => JsonValue | { fails: string };

/** As much of a router as memory asks, with agents that answer by a function. Tasks are idempotent by their keys, as in the real one. */
export class FakeRouter {
  readonly runs = new Map<string, Run>();
  readonly tasks: TaskRequest[] = [];
  /** Thrown by the next submits, in order. */
  readonly failures: SwitchyardError[] = [];
  answer: Answering = () => ({ facts: [] });
  costUsd = 0;
  /** Runs end as soon as they are accepted. */
  prompt = true;
  memory: PolicyInit = {};
  /** What happens before anybody sees a run. */
  beforeRun: () => Promise<unknown> = () => Promise.resolve();
  private readonly byKey = new Map<string, string>();

  async call(method: { name: string }, request: never): Promise<unknown> {
    if (method.name === 'GetRun') await this.beforeRun();
    return this.handle(method.name, request);
  }

  private handle(name: string, request: never): unknown {
    const { runId } = request as { runId: string };
    if (name === 'Submit') return this.submit(request);
    if (name === 'GetRun') return this.run(runId);
    return name === 'GetAgent' ? this.agent() : this.cancel(runId);
  }

  /** Ends the runs that go on. @returns their ids */
  finish(): string[] {
    const open = [...this.runs.values()].filter(({ status }) => status === 'running');
    for (const run of open) this.end(run);
    return open.map(({ runId }) => runId);
  }

  /** A conversation that ended. */
  said(tenant: string, runId: string, input: string, output: string, more: Partial<Run> = {}): void {
    const whose = { tenant, runId, agent: 'helper', user: 'ann', thread: 'th', status: 'completed' };
    this.runs.set(runId, { ...create(RunSchema, whose), input: toValue(input), output: toValue(output), ...more });
  }

  agent(): AgentVersion {
    return create(AgentVersionSchema, { definition: { memory: this.memory } });
  }

  cancel(runId: string): Run {
    return Object.assign(this.run(runId), { status: 'cancelled' });
  }

  run(runId: string): Run {
    const run = this.runs.get(runId);
    if (!run) throw new SwitchyardError('run.not_found', `There is no run "${runId}".`);
    return run;
  }

  submit(task: TaskRequest): SubmitReply {
    const failure = this.failures.shift();
    if (failure) throw failure;
    const known = this.byKey.get(task.idempotencyKey);
    if (known) return create(SubmitReplySchema, { runId: known, duplicate: true });
    const runId = `run_ask_${this.tasks.push(task)}`;
    this.byKey.set(task.idempotencyKey, runId);
    const { tenant, agent, input, metadata } = task;
    const run = create(RunSchema, { tenant, agent, runId, status: 'running', ...(input && { input }), metadata });
    this.runs.set(runId, run);
    if (this.prompt) this.end(run);
    return create(SubmitReplySchema, { runId });
  }

  private end(run: Run): void {
    const task = this.tasks.find((_, index) => `run_ask_${index + 1}` === run.runId);
    const answer = task ? this.answer(fromValue(run.input) as JsonObject, task) : null;
    run.costUsd = this.costUsd;
    if (answer !== null && typeof answer === 'object' && 'fails' in answer) {
      run.status = 'failed';
      run.error = create(ErrorInfoSchema, { code: 'model.failed', message: String(answer['fails']) });
      return;
    }
    run.status = 'completed';
    run.output = toValue(answer);
  }
}
