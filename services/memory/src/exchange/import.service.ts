import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  toErrorInfo,
  SwitchyardError,
  type ImportReplySchema,
  type ImportRequest,
  type MessageInitShape,
  type Scope,
} from '@switchyard/contracts';
import { sql } from '@switchyard/persistence';
import { metrics } from '@switchyard/telemetry';
import { checkName, checkScope, invalidField } from '../check-request.js';
import { record } from '../correction/acts.js';
import { importAct } from '../correction/imported.js';
import { memoryForgotten } from '../memory-error.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { SaveRepository, type Saved } from '../persistence/save.repository.js';
import type { Planned } from '../records/plan-save.js';
import { keysOf } from '../records/save-keys.js';
import { trustOfName } from '../records/trust.js';
import { notImported } from './import-error.js';
import { inOrder, type ImportGroup } from './import-order.js';
import { LinkRepository } from './link.repository.js';
import { linkKey, readRecord, type ImportedRecord, type ImportTerms } from './read-record.js';

const MESSAGE = 'ImportRequest';
/** Records of one request; as in the contract. */
const MAX_RECORDS = 200;

type Reply = MessageInitShape<typeof ImportReplySchema>;
type Became = ReadonlyMap<ImportedRecord, Planned>;
/** What was saved, and the act of the whole import; empty: nothing has changed by it yet. */
interface Done {
  became: Became;
  actId: string;
}

/** Takes memories in from elsewhere. */
@Injectable()
export class ImportService {
  private readonly imported = metrics.counter(
    'switchyard_memory_imported_total',
    'Records that came to be imported, by what became of them.',
    ['outcome'],
  );

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(LinkRepository) private readonly links: LinkRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * All records that are not refused, or none of them; the same again changes nothing. What they rest on and what took
   * their place is found by the ids of where they come from, in this import and in earlier ones, and never among memories
   * that came from elsewhere. An import that comes in several requests is one, which is taken back as a whole, where the
   * later ones name the act that the first was answered with.
   *
   * @throws SwitchyardError `contract.invalid` (of the request; what is wrong with a record is its refusal),
   *   `memory.act.not_found`, `memory.conflict` (of the act), `database.unavailable` (retryable)
   */
  async import(request: ImportRequest): Promise<Reply> {
    const scope = checkScope(request.scope, MESSAGE);
    const { records, check } = request;
    if (records.length > MAX_RECORDS)
      throw invalidField(MESSAGE, 'records', `has ${records.length} records; send at most ${MAX_RECORDS} at a time`);
    const actor = checkName(request.actor, MESSAGE, 'actor');
    const terms: ImportTerms = { scope, trust: trustOfName(request.trust), actor, at: this.now() };
    const read = records.map((each) => attempt(() => readRecord(each, terms)));
    const good = read.flatMap((each) => (each instanceof SwitchyardError ? [] : [each]));
    const { became, actId } = await this.transaction(scope.tenant, check, (manager) =>
      this.save(manager, good, terms, request.actId),
    );
    const reply = { ...replyOf(read, became), actId: check ? '' : actId };
    if (!check) {
      const { stored, repeated, skipped, refused } = reply;
      for (const [outcome, count] of Object.entries({ stored, repeated, skipped, refused: refused?.length }))
        this.imported.inc({ outcome }, count ?? 0);
    }
    return reply;
  }

  private async save(
    manager: EntityManager,
    records: readonly ImportedRecord[],
    terms: ImportTerms,
    partOf: string,
  ): Promise<Done> {
    const { at, actor, scope } = terms;
    if (partOf !== '') await importAct(manager, scope.tenant, partOf);
    const groups = inOrder(records);
    // Imports write into many scopes: those of one tenant go one after the other, and do not wait for each other in a circle.
    await sql(manager, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`import:${scope.tenant}`]);
    await this.saver.lock(
      manager,
      groups.map((group) => ({ scope: group.scope, keys: keysOf(group.records.map(({ statement }) => statement)) })),
    );
    const known = await this.earlier(manager, scope.tenant, records);
    const became = new Map<ImportedRecord, Planned>();
    for (const group of groups) {
      const saved = await this.saveGroup(manager, group, known, at);
      group.records.forEach((each, index) => {
        const planned = saved[index];
        if (!planned) return;
        became.set(each, planned);
        if (each.ownId !== '' && isHere(planned)) known.set(each.ownId, planned.memoryId);
      });
    }
    await this.link(manager, scope.tenant, became, at);
    await this.replace(manager, scope.tenant, became, at);
    const counted = countsOf(became.values());
    if (counted.size === 0) return { became, actId: partOf };
    const stored = [...became.values()].filter(({ outcome }) => outcome === 'stored').map(({ memoryId }) => memoryId);
    const { id } = await record(manager, {
      tenant: scope.tenant,
      kind: 'import',
      actor,
      reason: '',
      at,
      memories: stored,
      kept: [],
      details: { counted: Object.fromEntries(counted) },
      partOf,
    });
    return { became, actId: partOf || id };
  }

  /** What the ids that are referred to became in earlier imports. */
  private async earlier(
    manager: EntityManager,
    tenant: string,
    records: readonly ImportedRecord[],
  ): Promise<Map<string, string>> {
    const ids = [...new Set(records.flatMap(({ evidence }) => evidence))];
    const found = await this.links.find(
      manager,
      tenant,
      ids.map((id) => linkKey('imported', id)),
    );
    return new Map(ids.flatMap((id) => entry(id, found.get(linkKey('imported', id)))));
  }

  private saveGroup(
    manager: EntityManager,
    group: ImportGroup,
    known: ReadonlyMap<string, string>,
    at: Date,
  ): Promise<Saved> {
    const statements = group.records.map(({ statement, evidence }) => ({
      ...statement,
      // What is not known here is left out: nobody's memory becomes evidence by being named.
      evidence: [...new Set(evidence.flatMap((id) => known.get(id) ?? []))].sort(),
    }));
    return this.saver.saveBatch(manager, { scope: group.scope, statements, at, runId: '' });
  }

  private async link(manager: EntityManager, tenant: string, became: Became, at: Date): Promise<void> {
    const links = [...became]
      .filter(([, planned]) => isHere(planned))
      .flatMap(([each, { memoryId }]) => [
        ...(each.ownId === '' ? [] : [{ key: linkKey('imported', each.ownId), memoryId }]),
        ...(each.supersededBy === '' ? [] : [{ key: linkKey('replaced-by', each.supersededBy), memoryId }]),
      ]);
    await this.links.add(manager, tenant, links, at);
  }

  /** What was replaced where it comes from is replaced here, whichever of both came first. */
  private async replace(manager: EntityManager, tenant: string, became: Became, at: Date): Promise<void> {
    const replaced = [...became.keys()].map(({ supersededBy }) => supersededBy).filter((id) => id !== '');
    const successors = await this.links.find(
      manager,
      tenant,
      replaced.map((id) => linkKey('imported', id)),
    );
    const replacements = [
      ...replaced.flatMap((id) => {
        const by = successors.get(linkKey('imported', id));
        return by === undefined ? [] : [{ key: linkKey('replaced-by', id), by }];
      }),
      ...[...became].flatMap(([{ ownId }, planned]) =>
        ownId !== '' && isHere(planned) ? [{ key: linkKey('replaced-by', ownId), by: planned.memoryId }] : [],
      ),
    ];
    if (replacements.length > 0)
      await this.saver.apply(manager, await this.links.waiting(manager, tenant, replacements), at);
  }

  /** A check is the import itself, taken back. */
  private async transaction(
    tenant: Scope['tenant'],
    check: boolean,
    work: (manager: EntityManager) => Promise<Done>,
  ): Promise<Done> {
    try {
      return await asTenant(this.dataSource, tenant, async (manager) => {
        const done = await work(manager);
        if (check) throw new OnlyChecked(done);
        return done;
      });
    } catch (error) {
      if (error instanceof OnlyChecked) return error.done;
      throw error;
    }
  }
}

/** Ends the transaction of a check. */
class OnlyChecked extends Error {
  constructor(readonly done: Done) {
    super('Nothing is stored by a check.');
  }
}

function attempt(read: () => ImportedRecord): ImportedRecord | SwitchyardError {
  try {
    return read();
  } catch (error) {
    if (error instanceof SwitchyardError) return error;
    throw error;
  }
}

/** By memory: how often it was said by these records. */
function countsOf(planned: Iterable<Planned>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome, memoryId, statement } of planned)
    if (outcome === 'stored' || outcome === 'repeated')
      counts.set(memoryId, (counts.get(memoryId) ?? 0) + statement.count);
  return counts;
}

function isHere({ outcome }: Planned): boolean {
  return outcome === 'stored' || outcome === 'repeated' || outcome === 'redelivered';
}

function entry(id: string, memoryId: string | undefined): [string, string][] {
  return memoryId === undefined ? [] : [[id, memoryId]];
}

function replyOf(read: readonly (ImportedRecord | SwitchyardError)[], became: Became): Reply {
  const outcomes = read.map((each) => (each instanceof SwitchyardError ? each : refusalOf(became.get(each))));
  const count = (wanted: string) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    stored: count('stored'),
    repeated: count('repeated'),
    skipped: count('redelivered'),
    refused: outcomes.flatMap((outcome, index) =>
      outcome instanceof SwitchyardError ? [{ index, error: toErrorInfo(outcome) }] : [],
    ),
  };
}

/** Why a record that reads well was not taken, or what became of it. */
function refusalOf(planned: Planned | undefined): SwitchyardError | string {
  if (planned?.outcome === 'withdrawn')
    return notImported(
      `It was retracted here ("${planned.memoryId}"). Restore it, or say it yourself, to have it again.`,
    );
  if (planned?.outcome === 'forgotten' || planned === undefined)
    return memoryForgotten(planned?.statement.saveKey ?? '');
  return planned.outcome;
}
