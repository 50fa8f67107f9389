import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withInput, withOutput } from '@switchyard/bus';
import {
  RouterService,
  SwitchyardError,
  type DraftCasesRequest,
  type DraftedCasesSchema,
  type JsonObject,
  type MessageInitShape,
} from '@switchyard/contracts';
import { NOW, type Now } from '../now.js';
import { readJournal } from '../replays/read-journal.js';
import { answersWritten } from '../replays/written-answers.js';
import { readKinds, type Kind } from '../redaction/kinds.js';
import { clusterNames } from './clusters.js';
import { DraftRepository, type RecordedRun } from './draft.repository.js';
import { MAX_CASE_BYTES, recordedCase, type Omission, type RecordedCase } from './recorded-case.js';

type DraftInit = MessageInitShape<typeof DraftedCasesSchema>;
type Made = RecordedCase | Omission;
type Make = (run: RecordedRun) => Promise<Made>;

const DEFAULT_RUNS = 50;
const MAX_RUNS = 200;
/** Runs that are asked for at once. */
const AT_ONCE = 8;
/** A page ends early after so long, well before its asker gives it up. */
const MAX_MS = 3_000;

/** Cases of suites, made of runs in the record. */
@Injectable()
export class DraftsService {
  constructor(
    @Inject(DraftRepository) private readonly runs: DraftRepository,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * A page of cases. Nothing is stored: what is made of them is for people to read first.
   *
   * @throws SwitchyardError `draft.invalid`; `agent.not_found` where nothing is recorded of it and there is none; `rpc.…` and `database.…` (retryable)
   */
  async draft({
    tenant,
    agent,
    status,
    taskClass,
    minRating,
    limit,
    before,
    redact,
    fixtures,
  }: DraftCasesRequest): Promise<DraftInit> {
    const kinds = readKinds(redact);
    if (minRating !== undefined && !(minRating >= 0 && minRating <= 1)) throw invalidRating(minRating);
    const most = Math.min(limit || DEFAULT_RUNS, MAX_RUNS);
    const filter = { agent, status: status || 'completed', taskClass, minRating, before, limit: most };
    const found = await this.runs.runs(tenant, filter);
    // An agent that was removed has a record still; of a name that was mistyped there is neither.
    if (found.length === 0 && before === '')
      await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent });
    const nameOf = clusterNames(await this.runs.firstRuns(tenant, agent, found), kinds.length === 0);
    const page = await this.page(found, (run) => this.make(tenant, run, nameOf(run), kinds, fixtures));
    const all = page.read === found.length && found.length < most;
    return { ...sumOf(page.made), next: all ? '' : (found[page.read - 1]?.runId ?? '') };
  }

  /** As many as one reply can carry, and one at least. */
  private async page(found: readonly RecordedRun[], make: Make): Promise<{ made: Made[]; read: number }> {
    const until = this.now().getTime() + MAX_MS;
    const made: Made[] = [];
    let bytes = 0;
    while (made.length < found.length && (made.length === 0 || this.now().getTime() < until)) {
      const next = await Promise.all(found.slice(made.length, made.length + AT_ONCE).map(make));
      for (const each of next) {
        bytes += typeof each === 'string' ? 0 : each.bytes;
        if (bytes > MAX_CASE_BYTES) return { made, read: made.length };
        made.push(each);
      }
    }
    return { made, read: made.length };
  }

  private async make(
    tenant: string,
    { runId }: RecordedRun,
    cluster: string | undefined,
    kinds: readonly Kind[],
    fixtures: boolean,
  ): Promise<Made> {
    try {
      const run = await this.rpc.call(RouterService.method.getRun, { tenant, runId });
      const whole = await withOutput(this.rpc, await withInput(this.rpc, run));
      if (!fixtures) return recordedCase(whole, cluster, kinds);
      const answers = answersWritten(await readJournal(this.rpc, tenant, runId));
      return answers ? recordedCase(whole, cluster, kinds, { answers }) : 'too_large';
    } catch (error) {
      if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return 'gone';
      throw error;
    }
  }
}

function sumOf(made: readonly Made[]): Pick<DraftInit, 'cases' | 'redacted' | 'leftOut'> {
  const cases: JsonObject[] = [];
  const redacted: Record<string, number> = {};
  const leftOut: Record<string, number> = {};
  for (const each of made) {
    if (typeof each === 'string') leftOut[each] = (leftOut[each] ?? 0) + 1;
    else {
      cases.push(each.case);
      for (const [kind, count] of Object.entries(each.counts)) redacted[kind] = (redacted[kind] ?? 0) + count;
    }
  }
  return { cases, redacted, leftOut };
}

function invalidRating(minRating: number): SwitchyardError {
  return new SwitchyardError(
    'draft.invalid',
    `No run can be rated ${minRating} or higher. Give a least rating from 0 to 1, or leave it out for runs that nobody rated too.`,
    { details: { min_rating: String(minRating) } },
  );
}
