import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withInput } from '@switchyard/bus';
import {
  RouterService,
  SwitchyardError,
  type MessageInitShape,
  type ReapplyClassesRequest,
  type ReappliedClassesSchema,
} from '@switchyard/contracts';
import { NOW, type Now } from '../now.js';
import { endedRunOfRecord } from '../outcomes/ended-run.js';
import { ClassedRunsRepository, type ClassedRun } from './classed-runs.repository.js';
import { ClassifyService } from './classify.service.js';

const DEFAULT_RUNS = 200;
const MAX_RUNS = 500;
/** Runs that are asked for at once. */
const AT_ONCE = 8;
/** A page ends early after so long, well before its asker gives it up. */
const MAX_MS = 3_000;

/** Classes what is recorded anew, page by page: a page done is done, and a page done twice changes nothing. */
@Injectable()
export class ReapplyService {
  constructor(
    @Inject(ClassedRunsRepository) private readonly runs: ClassedRunsRepository,
    @Inject(ClassifyService) private readonly classes: ClassifyService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @throws SwitchyardError `rpc.…` and `database.…` (retryable): nothing of the page is changed then */
  async page(request: ReapplyClassesRequest): Promise<MessageInitShape<typeof ReappliedClassesSchema>> {
    const { tenant, agent, after, limit } = request;
    const most = Math.min(limit || DEFAULT_RUNS, MAX_RUNS);
    const found = await this.runs.page(tenant, agent, after, most);
    const until = this.now().getTime() + MAX_MS;
    const made: (ClassedRun | undefined)[] = [];
    while (made.length < found.length && (made.length === 0 || this.now().getTime() < until)) {
      const next = found.slice(made.length, made.length + AT_ONCE);
      made.push(...(await Promise.all(next.map(({ runId }) => this.classed(tenant, runId)))));
    }
    const kept = made.filter((run) => run !== undefined);
    const changed = await this.runs.keep(tenant, kept);
    const all = made.length === found.length && found.length < most;
    const next = all ? '' : (found[made.length - 1]?.runId ?? '');
    return { runs: made.length, changed, gone: made.length - kept.length, next };
  }

  /** Undefined where the run, or its input, is no longer kept. */
  private async classed(tenant: string, runId: string): Promise<ClassedRun | undefined> {
    try {
      const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
      // A large input that is gone must not look like an empty one, which would take the class away that it gave.
      const ended = endedRunOfRecord({ ...(await withInput(this.rpc, run)), inputPayload: '' });
      return ended && pick(await this.classes.classed(ended));
    } catch (error) {
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
      throw error;
    }
  }
}

function pick({ runId, taskClass, classBy }: ClassedRun): ClassedRun {
  return { runId, taskClass, classBy };
}
