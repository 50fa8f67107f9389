import { Inject, Injectable } from '@nestjs/common';
import { thatFit } from '@switchyard/bus';
import {
  newId,
  RolloutSchema,
  type ChangeRolloutRequest,
  type EndRolloutRequest,
  type ListRolloutsQuery,
  type Rollout,
  type StartRolloutRequest,
} from '@switchyard/contracts';
import { cleanText } from '@switchyard/journal';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { AgentsService, CURRENT } from '../agents/agents.service.js';
import { bytesOf } from '../shared/bytes-of.js';
import { shorten } from '../shared/shorten.js';
import { readRollout, readShare } from './read-rollout.js';
import { rolloutMessage, type RolloutRow } from './rollout-message.js';
import { alreadyRunning, hasEndedAs, isCurrent, keyTaken, rolloutNotFound } from './rollout-errors.js';
import { RolloutsRepository, type RolloutEnd } from './rollouts.repository.js';

const MAX_LISTED = 200;
/** Characters, as of a request's reason: what the router says itself may quote a long error. */
const MAX_REASON = 2_000;

/** Starts, changes and ends rollouts. Their rows are kept for ever: who started and ended which, when and why. */
@Injectable()
export class RolloutsService {
  constructor(
    @Inject(RolloutsRepository) private readonly rollouts: RolloutsRepository,
    @Inject(AgentsService) private readonly agents: AgentsService,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * The same key again is the same rollout, whatever has become of it.
   *
   * @throws SwitchyardError `rollout.invalid`, `rollout.conflict`, `agent.not_found`, `agent.version_ambiguous`, and what applying
   *   the candidate would throw
   */
  async start(request: StartRolloutRequest): Promise<RolloutRow> {
    const read = readRollout(request);
    const { tenant, agent, key } = read;
    const known = key === null ? undefined : await this.rollouts.findByKey(tenant, key);
    if (known) return sameAs(known, read);
    const candidate = await this.agents.get(tenant, agent, request.candidate === CURRENT ? '' : request.candidate);
    // What the version names may be gone since it was applied; better said now than by its first run.
    await this.agents.checkVersion(tenant, candidate);
    const started = await this.rollouts.start(newId('rollout'), read, candidate.version);
    if (started.outcome === 'current') throw isCurrent(agent, candidate.number);
    if (started.outcome === 'running') throw alreadyRunning(started.row);
    if (started.outcome === 'known') return sameAs(started.row, read);
    const { id, baseline, share, started_by: by } = started.row;
    this.logger.info(
      { tenant, agent, rollout: id, baseline, candidate: candidate.version, share, by },
      'A rollout was started',
    );
    return started.row;
  }

  /** @throws SwitchyardError `rollout.not_found` */
  async get(tenant: string, id: string): Promise<RolloutRow> {
    const row = await this.rollouts.get(tenant, id);
    if (!row) throw rolloutNotFound(id);
    return row;
  }

  /** Newest first; so many as fit into a reply. */
  async list(query: ListRolloutsQuery): Promise<{ rollouts: Rollout[]; more: boolean }> {
    const limit = Math.min(query.limit || MAX_LISTED, MAX_LISTED);
    const rows = await this.rollouts.list({ ...query, limit: limit + 1 });
    const rollouts = thatFit(rows.slice(0, limit).map(rolloutMessage), bytesOf(RolloutSchema));
    return { rollouts, more: rollouts.length < rows.length };
  }

  /** @throws SwitchyardError `rollout.invalid`, `rollout.not_found`, `rollout.conflict` where it has ended */
  async change({ tenant, id, share, actor }: ChangeRolloutRequest): Promise<RolloutRow> {
    const before = await this.get(tenant, id);
    const row = await this.rollouts.change(tenant, id, readShare(share));
    if (!row) throw hasEndedAs(await this.get(tenant, id));
    this.logger.info(
      { tenant, agent: row.agent, rollout: id, before: before.share, share, by: actor },
      "A rollout's share was changed",
    );
    return row;
  }

  /** Again, or after another end: how it ended. @throws SwitchyardError `rollout.not_found` */
  async end({ tenant, id, ...end }: Omit<EndRolloutRequest, '$typeName' | '$unknown'>): Promise<RolloutRow> {
    const { status, reason, guardrail, actor } = end;
    return this.endAs(tenant, id, {
      status,
      guardrail,
      reason: shorten(cleanText(reason), MAX_REASON),
      actor: actor || 'user',
    });
  }

  private async endAs(tenant: string, id: string, end: RolloutEnd): Promise<RolloutRow> {
    const ended = await this.rollouts.end(tenant, id, end);
    if (!ended) throw rolloutNotFound(id);
    const { row, isNew } = ended;
    const { agent, status, reason, guardrail, ended_by: by } = row;
    if (isNew) this.logger.info({ tenant, agent, rollout: id, status, reason, guardrail, by }, 'A rollout has ended');
    return row;
  }
}

/** @throws SwitchyardError `rollout.conflict` where the key belongs to another one */
function sameAs(known: RolloutRow, asked: { key: string | null; fingerprint: string }): RolloutRow {
  if (known.fingerprint === asked.fingerprint) return known;
  throw keyTaken(asked.key ?? '', known);
}
