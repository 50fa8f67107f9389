import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, type JsonValue } from '@switchyard/contracts';
import { endTotals, hasEnded, JournalStore, type Appended, type EventDraft, type RunState } from '@switchyard/journal';
import type { EntityManager } from 'typeorm';
import { INTERRUPTED_BY, ThreadsService } from '../dispatch/threads.service.js';
import { untilCurrent } from '../shared/until-current.js';
import { userSays } from '../shared/user-says.js';
import { canJoin } from './can-join.js';
import { TasksRepository, type NewTask, type TaskRow } from './tasks.repository.js';

/** A task of a thread that is to be accepted. */
export interface ThreadTask {
  task: NewTask;
  thread: string;
  /** Of the message's agent: what it does where an earlier run of the thread is open. */
  policy: string;
  user: string;
  input: JsonValue;
  /** The run that it gets where it gets one. */
  before: RunState;
  draft: EventDraft;
}

export interface AcceptedInThread {
  row: TaskRow;
  /** What was written into its run, or into the one that it joined. */
  appended: Appended;
  joined: boolean;
  /** The runs that it ended. */
  interrupted: Appended[];
}

/** Messages that wait in one thread at most, of which an interruption ends all. */
const MAX_OPEN = 10_000;

/**
 * Accepts a task into a thread, as the policy of its agent says. Whatever it does to earlier runs is one commit with the
 * task's row, so that no crash leaves half of it; the journal's fence keeps it from doing it to a run that has moved on.
 */
@Injectable()
export class ThreadTasks {
  constructor(
    @Inject(TasksRepository) private readonly tasks: TasksRepository,
    @Inject(JournalStore) private readonly journal: JournalStore,
    @Inject(ThreadsService) private readonly threads: ThreadsService,
  ) {}

  /**
   * Undefined, and nothing written, where the key is taken.
   *
   * @throws SwitchyardError `thread.busy` (policy reject), `journal.conflict` retryable, `database.…`
   */
  accept(given: ThreadTask): Promise<AcceptedInThread | undefined> {
    switch (given.policy) {
      case 'reject':
        return this.reject(given);
      case 'interrupt':
        return untilCurrent(() => this.interrupt(given));
      case 'steer':
        return untilCurrent(() => this.steer(given));
      default:
        return this.inOrder(given);
    }
  }

  /** After all that came before it. */
  private inOrder(
    given: ThreadTask,
    first: (manager: EntityManager, row: TaskRow) => Promise<void> = () => Promise.resolve(),
  ): Promise<AcceptedInThread | undefined> {
    return this.write(given, async (manager, row) => {
      await first(manager, row);
      return this.begin(given, manager, row);
    });
  }

  private async reject(given: ThreadTask): Promise<AcceptedInThread | undefined> {
    const { tenant } = given.task;
    const refuse = async (manager: EntityManager, row: TaskRow): Promise<void> => {
      if (await this.tasks.isBusy(manager, row)) throw busy(given.thread);
    };
    try {
      return await this.inOrder(given, refuse);
    } catch (error) {
      // The end of the earlier run may be journaled, and its message on the way to us.
      if (!isCoded(error, 'thread.busy') || !(await this.settleEnded(tenant, given.thread))) throw error;
      return this.inOrder(given, refuse);
    }
  }

  /** All open runs of the thread end, and it begins. */
  private async interrupt(given: ThreadTask): Promise<AcceptedInThread | undefined> {
    const { tenant, runId } = given.task;
    const open = await this.tasks.openOfThread(tenant, given.thread, MAX_OPEN);
    const states = new Map<string, RunState>();
    for (const { run_id } of open) states.set(run_id, (await this.journal.stateToEnd(run_id)).state);
    return this.write(given, async (manager, row) => {
      const before = await this.tasks.openBefore(manager, row);
      // In one order everywhere: executors write into many runs at once, in the order of their ids.
      const ids = before.map(({ run_id }) => run_id).sort();
      const interrupted: Appended[] = [];
      for (const id of ids) {
        const state = states.get(id);
        if (!state) throw moved(given.thread);
        if (!hasEnded(state)) interrupted.push(await this.end(state, `${INTERRUPTED_BY}${runId}`, manager));
      }
      await this.tasks.endWith(manager, ids);
      return { ...(await this.begin(given, manager, row)), interrupted };
    });
  }

  private end(state: RunState, reason: string, manager: EntityManager): Promise<Appended> {
    const value = { ...endTotals(state), reason, by: 'router' };
    return this.journal.append(state, [{ body: { case: 'runCancelled', value }, actor: 'router' }], { manager });
  }

  /** It becomes input of the last open run, which has not begun or goes on; where that takes none, it comes after it. */
  private async steer(given: ThreadTask): Promise<AcceptedInThread | undefined> {
    const { task, thread, user, input } = given;
    const last = await this.tasks.lastOpen(task.tenant, thread);
    const state = last && (await this.readable(last.run_id));
    return this.write(given, async (manager, row) => {
      const lastNow = await this.tasks.lastOpen(task.tenant, thread, { manager, row });
      // None any more is fine: the task begins by itself.
      if (lastNow && lastNow.run_id !== last?.run_id) throw moved(thread);
      // Its end may be journaled, and its message on the way to us.
      if (lastNow && state && hasEnded(state)) await this.tasks.endWith(manager, [state.runId]);
      if (!lastNow || !state || !canJoin(state, { agent: given.before.agent, user }))
        return this.begin(given, manager, row);
      const value = { source: 'user', messages: [userSays(input)], references: [task.taskId], id: task.taskId };
      const draft: EventDraft = { ...given.draft, body: { case: 'inputAppended', value } };
      const appended = await this.journal.append(state, [draft], { manager });
      await this.tasks.join(manager, row, state.runId);
      return {
        row: { ...row, held: false, joined_run_id: state.runId },
        appended,
        joined: true,
        interrupted: [],
      };
    });
  }

  /** Undefined where its journal cannot be read, or only by a newer router: the message comes after such a run. */
  private async readable(runId: string): Promise<RunState | undefined> {
    try {
      return await this.journal.loadState(runId);
    } catch (error) {
      if (error instanceof SwitchyardError && /^(journal|contract)\./.test(error.code)) return undefined;
      throw error;
    }
  }

  private async write(
    { task, thread }: ThreadTask,
    work: (manager: EntityManager, row: TaskRow) => Promise<AcceptedInThread>,
  ): Promise<AcceptedInThread | undefined> {
    let accepted: AcceptedInThread | undefined;
    const row = await this.tasks.acceptInThread(task, thread, async (manager, inserted) => {
      accepted = await work(manager, inserted);
    });
    return row && accepted;
  }

  private async begin({ before, draft }: ThreadTask, manager: EntityManager, row: TaskRow): Promise<AcceptedInThread> {
    const appended = await this.journal.append(before, [draft], { manager });
    return { row, appended, joined: false, interrupted: [] };
  }

  /** Whether a run of the thread that counted as open has ended. */
  private async settleEnded(tenant: string, thread: string): Promise<boolean> {
    const [head] = await this.tasks.openOfThread(tenant, thread, 1);
    if (!head) return true;
    const run = await this.journal.findRun(head.run_id);
    if (!run || !hasEnded(run)) return false;
    await this.threads.runEnded(head.run_id);
    return true;
  }
}

function busy(thread: string): SwitchyardError {
  return new SwitchyardError(
    'thread.busy',
    `The thread "${thread}" has a run that has not ended, and its agent takes no second one meanwhile (concurrency: reject). Wait for its end, or cancel it.`,
    { retryable: true, details: { thread } },
  );
}

function moved(thread: string): SwitchyardError {
  return new SwitchyardError(
    'journal.conflict',
    `The runs of the thread "${thread}" went on while a message for it was accepted. Nothing was written; send it again with the same key.`,
    { retryable: true, details: { thread } },
  );
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof SwitchyardError && error.code === code;
}
