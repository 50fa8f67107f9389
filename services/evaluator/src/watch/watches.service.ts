import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  create,
  RouterService,
  SwitchyardError,
  timestampFromDate,
  WatchSchema,
  WatchTurnSchema,
  type AddWatchRequest,
  type JsonObject,
  type Watch,
  type WatchQuery,
  type WatchTurn,
} from '@switchyard/contracts';
import { NOW, type Now } from '../now.js';
import { SuitesService } from '../suites/suites.service.js';
import { TESTS, type WatchTest } from './judge-turns.js';
import { TurnRepository, type TurnRow } from './turn.repository.js';
import { TurnService } from './turn.service.js';
import { WatchRepository, type NewWatch, type WatchRow } from './watch.repository.js';

type Named = Pick<WatchQuery, 'tenant' | 'name'>;

/** Seconds: a turn takes some, and who looks once a month can look by hand. */
const EVERY = { least: 60, most: 2_592_000, usual: 3_600 };
/** US dollars in 24 hours. */
const MONEY = 1;
/** Watches of a tenant. */
const MOST = 200;
const SHOWN_TURNS = 20;

/** Watches as their users see them. */
@Injectable()
export class WatchesService {
  constructor(
    @Inject(WatchRepository) private readonly watches: WatchRepository,
    @Inject(TurnRepository) private readonly turns: TurnRepository,
    @Inject(TurnService) private readonly turn: TurnService,
    @Inject(SuitesService) private readonly suites: SuitesService,
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * Its first turn is due at once. The same again is the same watch.
   *
   * @throws SwitchyardError `watch.invalid`, `watch.conflict` where there is another one of the name, `backend.not_found`, `agent.not_found`,
   *   `suite.not_found`
   */
  async add(request: AddWatchRequest): Promise<Watch> {
    const watch = await this.checked(request);
    const { tenant, name } = watch;
    if ((await this.watches.list(tenant, watch.at)).length >= MOST)
      throw invalid(`There are ${MOST} watches, which is all that a tenant may have. Remove one first.`, {
        most: MOST,
      });
    if (!(await this.watches.add(watch))) {
      const row = await this.one({ tenant, name });
      if (!isSame(row, watch))
        throw new SwitchyardError(
          'watch.conflict',
          `There is another watch "${name}", of the backend "${row.backend}". Remove it first, or take another name.`,
          { details: { watch: name } },
        );
    }
    return this.get({ tenant, name });
  }

  /** With its last turns. @throws SwitchyardError `watch.not_found` */
  async get({ tenant, name }: Named): Promise<Watch> {
    const row = await this.one({ tenant, name });
    return watchView(row, await this.turns.last(tenant, name, SHOWN_TURNS));
  }

  /** By name, each with its last turn. */
  async list(tenant: string): Promise<Watch[]> {
    const rows = await this.watches.list(tenant, this.now());
    return Promise.all(rows.map(async (row) => watchView(row, await this.turns.last(tenant, row.name, 1))));
  }

  /** Its next turn is due now. @throws SwitchyardError `watch.not_found`, `watch.conflict` where one is running */
  async run({ tenant, name }: Named): Promise<Watch> {
    await this.one({ tenant, name });
    const [last] = await this.turns.last(tenant, name, 1);
    if (last?.status === 'running')
      throw new SwitchyardError(
        'watch.conflict',
        `Turn ${last.number} of the watch "${name}" is still running. Wait for its end.`,
        { details: { watch: name, turn: last.number } },
      );
    await this.watches.hurry(tenant, name, this.now());
    return this.get({ tenant, name });
  }

  /** With its turns; what it found stays. @returns what it was @throws SwitchyardError `watch.not_found` */
  async remove({ tenant, name }: Named): Promise<Watch> {
    const removed = await this.get({ tenant, name });
    const [last] = await this.turns.last(tenant, name, 1);
    await this.watches.remove(tenant, name);
    if (last?.status === 'running') await this.turn.stop(last);
    return removed;
  }

  private async checked(request: AddWatchRequest): Promise<NewWatch> {
    const { tenant, name, backend, agent, suite, actor } = request;
    const everySeconds = request.everySeconds || EVERY.usual;
    const maxCostUsd = request.maxCostUsd === 0 ? MONEY : request.maxCostUsd;
    if (everySeconds < EVERY.least || everySeconds > EVERY.most)
      throw invalid(
        `A watch cannot take a turn every ${everySeconds} s. Give ${EVERY.least} to ${EVERY.most} seconds.`,
        { every_seconds: everySeconds },
      );
    if (!(maxCostUsd > 0 && Number.isFinite(maxCostUsd)))
      throw invalid(`A watch cannot be held to $${maxCostUsd} a day. Give an amount above 0.`, {});
    if (agent !== '' && suite === '')
      throw invalid(`There is nothing that the agent "${agent}" should run. Name a suite, or leave the agent out.`, {
        agent,
      });
    const tests = readTests(request.tests, suite);
    await this.rpc.call(RouterService.method.getBackend, { name: backend });
    if (agent !== '') await this.rpc.call(RouterService.method.getAgent, { tenant, name: agent });
    const suiteVersion = suite === '' ? '' : ((await this.suites.get(suiteQuery(tenant, suite))).version ?? '');
    return {
      tenant,
      name,
      backend,
      agent,
      suite,
      suiteVersion,
      everySeconds,
      maxCostUsd,
      tests,
      at: this.now(),
      by: actor,
    };
  }

  private async one({ tenant, name }: Named): Promise<WatchRow> {
    const row = await this.watches.find(tenant, name, this.now());
    if (row) return row;
    throw new SwitchyardError(
      'watch.not_found',
      `There is no watch "${name}" in this tenant. List them to see which there are.`,
      { details: { watch: name } },
    );
  }
}

const suiteQuery = (tenant: string, name: string) =>
  ({ $typeName: 'switchyard.v1.SuiteQuery', tenant, name, version: '' }) as const;

/** @throws SwitchyardError `watch.invalid` */
function readTests(named: readonly string[], suite: string): WatchTest[] {
  const possible = TESTS.filter((test) => test !== 'quality' || suite !== '');
  if (named.length === 0) return possible;
  return named.map((name) => {
    const test = possible.find((known) => known === name);
    if (test) return test;
    const why = name === 'quality' ? 'Quality is scored by a suite: name one.' : `Tests are ${TESTS.join(', ')}.`;
    throw invalid(`This watch cannot test "${name}". ${why}`, { test: name });
  });
}

function isSame(row: WatchRow, watch: NewWatch): boolean {
  const { backend, agent, suite, everySeconds, maxCostUsd, tests } = watch;
  const one = [row.backend, row.agent, row.suite, row.every_seconds, row.max_cost_usd, ...row.tests];
  return JSON.stringify(one) === JSON.stringify([backend, agent, suite, everySeconds, maxCostUsd, ...tests]);
}

function invalid(message: string, details: JsonObject): SwitchyardError {
  return new SwitchyardError('watch.invalid', message, { details });
}

function watchView(row: WatchRow, turns: readonly TurnRow[]): Watch {
  const { tenant, name, backend, agent, suite, tests } = row;
  return create(WatchSchema, {
    ...{ tenant, name, backend, agent, suite, tests, suiteVersion: row.suite_version },
    ...{ everySeconds: row.every_seconds, maxCostUsd: row.max_cost_usd, spentUsd: row.spent_usd },
    ...{ createdAt: timestampFromDate(row.created_at), createdBy: row.created_by },
    nextAt: timestampFromDate(row.next_at),
    turns: turns.map(turnView),
  });
}

function turnView(row: TurnRow): WatchTurn {
  const { number, status, reason, cost_usd: costUsd, evaluations, findings, began_at, ended_at } = row;
  return create(WatchTurnSchema, {
    ...{ number, status, reason, costUsd, evaluations, findings, beganAt: timestampFromDate(began_at) },
    ...(ended_at ? { endedAt: timestampFromDate(ended_at) } : {}),
  });
}
