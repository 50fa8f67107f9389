import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  create,
  ProvenanceSchema,
  SwitchyardError,
  type ConsolidateReplySchema,
  type ConsolidateRequest,
  type MemoryAct,
  type MessageInitShape,
  type RetractRequest,
  type Scope,
} from '@switchyard/contracts';
import { checkScope } from '../check-request.js';
import { RetractService } from '../correction/retract.service.js';
import { NOW, type Now } from '../now.js';
import { asTenant } from '../persistence/as-tenant.js';
import { MemoryRepository } from '../persistence/memory.repository.js';
import { toMemory } from '../persistence/memory-row.js';
import { makeFact } from '../records/make-statement.js';
import type { Statement } from '../records/statement.js';
import { TRUST } from '../records/trust.js';
import { ConsolidationRepository } from './consolidation.repository.js';
import { SUMMARISER_OF, type SummariserOf } from './agent-summariser.js';
import { groupFor, groupsOf, keyPrefix, sourcesKey, type Group } from './groups.js';
import { JudgeService } from './judge.service.js';
import { KeepSummaryService, RefusedSummary } from './keep-summary.service.js';
import { questionsAbout } from './questions.js';
import type { Summariser, Written } from './summariser.js';

export const SUMMARISER = Symbol('memory.summariser');

/** Summaries of one request that an agent writes, and how long new ones are begun, in milliseconds: somebody waits for them. */
const AGENT_LIMIT = 10;
const AGENT_MS = 60_000;

/** What became of a summary. */
type Became = 'there' | 'refused' | 'changed' | { id: string };

type Reply = MessageInitShape<typeof ConsolidateReplySchema>;

/** What came of looking at a scope. */
export interface Looked {
  /** Ids of new summaries. */
  made: string[];
  /** Subjects whose summary was not kept, now or before, and whose facts have not changed since. */
  refused: string[];
  /** Summaries that were asked for. */
  asked: number;
  /** Nothing is left to be done until something changes. */
  complete: boolean;
}

/** Makes summaries of facts, which rest on them and replace nothing, and keeps only those that do no harm. */
@Injectable()
export class ConsolidateService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SUMMARISER) private readonly summariser: Summariser,
    @Inject(SUMMARISER_OF) private readonly summariserOf: SummariserOf,
    @Inject(ConsolidationRepository) private readonly consolidations: ConsolidationRepository,
    @Inject(JudgeService) private readonly judge: JudgeService,
    @Inject(KeepSummaryService) private readonly keeper: KeepSummaryService,
    @Inject(MemoryRepository) private readonly memories: MemoryRepository,
    @Inject(RetractService) private readonly retractions: RetractService,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** Whatever comes again changes nothing. @throws SwitchyardError `memory.ask.…` where an agent writes them and cannot */
  async consolidate(request: ConsolidateRequest): Promise<Reply> {
    const scope = checkScope(request.scope, 'ConsolidateRequest');
    const { by } = request;
    const { made, refused } = await (by === ''
      ? this.look(scope)
      : this.look(scope, AGENT_LIMIT, AbortSignal.timeout(AGENT_MS), by));
    return { made: (await this.memories.find(scope.tenant, made)).map(toMemory), refused };
  }

  /** Retracts what an evaluation found to do harm. What a summary had replaced is out of date, and goes with it. */
  demote(request: RetractRequest): Promise<MemoryAct> {
    return this.retractions.retract(request, 'demote');
  }

  /**
   * Looks at exactly this scope. The same facts are summarised and judged once: what was refused stays so until one of
   * them changes, and so does what somebody has withdrawn.
   *
   * @param limit summaries that are asked for at most
   * @param by the agent that writes them; rules do where it is empty
   */
  async look(scope: Scope, limit = Number.POSITIVE_INFINITY, signal?: AbortSignal, by = ''): Promise<Looked> {
    const groups = groupsOf(await this.consolidations.facts(scope)).map((group) => groupFor(group, by));
    const judged = await this.consolidations.judged(scope);
    const looked: Looked = { made: [], refused: [], asked: 0, complete: true };
    for (const group of groups) {
      const before = judged.get(sourcesKey(group, by));
      if (before === 'refused') looked.refused.push(group.subject);
      if (before !== undefined) continue;
      if (looked.asked >= limit || signal?.aborted) {
        looked.complete = false;
        continue;
      }
      looked.asked += 1;
      const became = await this.summarise(scope, group, by);
      if (became === 'refused') looked.refused.push(group.subject);
      else if (became === 'changed') looked.complete = false;
      else if (became !== 'there') looked.made.push(became.id);
    }
    const keys = groups.map((group) => sourcesKey(group, by));
    if (judged.size > 0) await this.consolidations.forgetJudged(scope, keys, keyPrefix(by));
    return looked;
  }

  /** changed: a fact was withdrawn while it was summarised. */
  private async summarise(scope: Scope, group: Group, by: string): Promise<Became> {
    const summariser = by === '' ? this.summariser : this.summariserOf({ tenant: scope.tenant, agent: by });
    const statement = this.statementOf(scope, group, await summariser.summarise(group));
    const ids = group.sources.map(({ id }) => id);
    const questions = questionsAbout(group.sources, await this.consolidations.said(scope, ids));
    const trial = await this.judge.prepare(scope, statement.text, questions);
    const key = sourcesKey(group, by);
    try {
      return await asTenant(this.dataSource, scope.tenant, async (manager) => {
        const id = await this.keeper.keep(manager, scope, statement, trial);
        await this.consolidations.judge(manager, scope, key, 'kept', this.now());
        return id === undefined ? 'there' : { id };
      });
    } catch (error) {
      if (error instanceof SwitchyardError && error.code === 'memory.evidence.invalid') return 'changed';
      if (!(error instanceof RefusedSummary)) throw error;
      await asTenant(this.dataSource, scope.tenant, async (manager) => {
        await this.keeper.drop(manager, scope, statement);
        await this.consolidations.judge(manager, scope, key, 'refused', this.now());
      });
      return 'refused';
    }
  }

  private statementOf(scope: Scope, { subject, sources }: Group, written: string | Written): Statement {
    const { text, agent, runId } = typeof written === 'string' ? { text: written, agent: '', runId: '' } : written;
    return makeFact({
      at: this.now(),
      self: scope.user,
      kind: 'summary',
      text,
      subject,
      provenance: create(ProvenanceSchema, { source: 'consolidation', actor: agent || 'memory', runId }),
      // A chain is as strong as its weakest link, and a model's own words are an agent's.
      trust: Math.min(agent === '' ? TRUST.high : TRUST.medium, ...sources.map(({ trust }) => trust)),
      evidence: sources.map(({ id }) => id).sort(),
    });
  }
}
