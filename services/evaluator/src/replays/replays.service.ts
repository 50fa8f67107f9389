import { Inject, Injectable } from '@nestjs/common';
import { RpcClient, withInput, withOutput } from '@switchyard/bus';
import {
  create,
  RouterService,
  StartEvaluationRequestSchema,
  SwitchyardError,
  timestampDate,
  type JsonObject,
  type MessageInitShape,
  type Run,
  type StartReplayReplySchema,
  type StartReplayRequest,
} from '@switchyard/contracts';
import { clusterNames } from '../drafts/clusters.js';
import { DraftRepository } from '../drafts/draft.repository.js';
import { EvaluationsService } from '../evaluations/evaluations.service.js';
import { readJournal } from './read-journal.js';
import { reasonAgainst, replayCase, type LeftOut } from './replay-case.js';
import { ReplayRepository } from './replay.repository.js';
import { replaySuite } from './replay-suite.js';

const DEFAULT_RUNS = 50;
const MAX_RUNS = 200;
/** Runs that are looked at for those that can be replayed: evaluations may have run often since. */
const MAX_LOOKED = 2_000;
/** Runs that are asked for at once. */
const AT_ONCE = 8;

type Replay = MessageInitShape<typeof StartReplayReplySchema>;
interface Chosen {
  runs: Run[];
  leftOut: Map<LeftOut, number>;
}

/** Recorded runs as evaluations: the same inputs, and the same answers to the same calls. */
@Injectable()
export class ReplaysService {
  constructor(
    @Inject(ReplayRepository) private readonly recorded: ReplayRepository,
    @Inject(DraftRepository) private readonly drafts: DraftRepository,
    @Inject(EvaluationsService) private readonly evaluations: EvaluationsService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
  ) {}

  /**
   * @throws SwitchyardError `replay.invalid`; `run.not_found` (a run that was named), `replay.not_found` (there is none to replay);
   *   and as `EvaluationsService.start`
   */
  async start(request: StartReplayRequest): Promise<Replay> {
    const { tenant, backend, agentVersion, maxCostUsd, repeats } = request;
    const { suite, leftOut } = await this.suite(request);
    const evaluation = await this.evaluations.start(
      create(StartEvaluationRequestSchema, { tenant, backend, agentVersion, maxCostUsd, repeats, suite }),
    );
    return { evaluation, leftOut };
  }

  /**
   * The suite that the runs are, for whoever runs it more than once. Nothing is stored.
   *
   * @throws SwitchyardError `replay.invalid`, `run.not_found`, `replay.not_found`
   */
  async suite(request: StartReplayRequest): Promise<{ suite: JsonObject; leftOut: Record<string, number> }> {
    const { tenant, agent, unmatched } = request;
    const most = request.last || DEFAULT_RUNS;
    if (most > MAX_RUNS || request.runIds.length > MAX_RUNS) throw tooMany(Math.max(most, request.runIds.length));
    const { runs, leftOut } = await this.choose(request, most);
    const cases = await this.cases(tenant, agent, runs, unmatched, leftOut);
    if (cases.length === 0) throw nothing(agent, leftOut);
    return { suite: replaySuite(agent, cases, unmatched), leftOut: Object.fromEntries(leftOut) };
  }

  private async choose(request: StartReplayRequest, most: number): Promise<Chosen> {
    const { tenant, agent, taskClass, runIds } = request;
    const chosen: Chosen = { runs: [], leftOut: new Map() };
    if (runIds.length > 0) {
      for (const ids of pages([...new Set(runIds)], AT_ONCE)) {
        const runs = await Promise.all(ids.map((runId) => this.run(tenant, runId)));
        const strange = runs.find((run) => run.agent !== agent);
        if (strange) throw ofAnother(strange, agent);
        sort(runs, chosen);
      }
      return chosen;
    }
    const since = request.since && timestampDate(request.since);
    let before = '';
    for (let looked = 0; chosen.runs.length < most && looked < MAX_LOOKED;) {
      const ids = await this.recorded.completed(tenant, { agent, taskClass, since, before, limit: most });
      for (const page of pages(ids, AT_ONCE)) {
        if (chosen.runs.length < most) sort(await this.found(tenant, page, chosen), chosen);
      }
      before = ids.at(-1) ?? '';
      looked += ids.length;
      if (ids.length < most) break;
    }
    return { ...chosen, runs: chosen.runs.slice(0, most) };
  }

  /** Those of the record that are there still. */
  private async found(tenant: string, ids: readonly string[], { leftOut }: Chosen): Promise<Run[]> {
    const runs = await Promise.all(ids.map((runId) => orGone(() => this.run(tenant, runId))));
    for (const run of runs) if (run === undefined) count(leftOut, 'gone');
    return runs.filter((run) => run !== undefined);
  }

  private run(tenant: string, runId: string): Promise<Run> {
    return this.rpc.call(RouterService.method.getRun, { tenant, runId });
  }

  private async cases(
    tenant: string,
    agent: string,
    runs: readonly Run[],
    unmatched: string,
    leftOut: Map<LeftOut, number>,
  ): Promise<JsonObject[]> {
    const nameOf = clusterNames(await this.drafts.firstRuns(tenant, agent, runs), false);
    const cases: JsonObject[] = [];
    for (const page of pages(runs, AT_ONCE)) {
      const made = await Promise.all(
        page.map((run) =>
          orGone(async () => {
            const [whole, events] = await Promise.all([
              withInput(this.rpc, run).then((told) => withOutput(this.rpc, told)),
              readJournal(this.rpc, tenant, run.runId),
            ]);
            return replayCase(whole, events, nameOf(run), unmatched);
          }),
        ),
      );
      for (const each of made) {
        if (typeof each === 'object') cases.push(each);
        else count(leftOut, each ?? 'gone');
      }
    }
    return cases;
  }
}

function sort(runs: readonly Run[], { runs: kept, leftOut }: Chosen): void {
  for (const run of runs) {
    const reason = reasonAgainst(run);
    if (reason === undefined) kept.push(run);
    else count(leftOut, reason);
  }
}

function count(leftOut: Map<LeftOut, number>, reason: LeftOut): void {
  leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
}

function* pages<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** Undefined where the run, or a value of it, is kept no longer. */
async function orGone<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SwitchyardError && /^(run|payload)\.not_found$/.test(error.code)) return undefined;
    throw error;
  }
}

function tooMany(runs: number): SwitchyardError {
  return new SwitchyardError(
    'replay.invalid',
    `A replay has ${MAX_RUNS} runs at most, and ${runs} were asked for. Replay fewer of them at once.`,
    { details: { runs, limit: MAX_RUNS } },
  );
}

function ofAnother({ runId, agent: other }: Run, agent: string): SwitchyardError {
  return new SwitchyardError(
    'replay.invalid',
    `The run ${runId} is of the agent "${other}" and not of "${agent}". Name runs of one agent.`,
    { details: { run_id: runId, agent: other } },
  );
}

function nothing(agent: string, leftOut: ReadonlyMap<LeftOut, number>): SwitchyardError {
  const why = [...leftOut].map(([reason, runs]) => `${runs} ${reason}`).join(', ');
  return new SwitchyardError(
    'replay.not_found',
    `There is no recorded run of "${agent}" to replay${why === '' ? '' : ` (left out: ${why})`}. Let it run first, or widen what you ask for.`,
    { details: { agent, left_out: Object.fromEntries(leftOut) } },
  );
}
