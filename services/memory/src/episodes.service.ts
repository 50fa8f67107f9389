import { Inject, Injectable } from '@nestjs/common';
import {
  create,
  ProvenanceSchema,
  ScopeSchema,
  timestampDate,
  type Episode,
  type MessageInitShape,
  type RecordEpisodesReplySchema,
  type RecordEpisodesRequest,
  type Scope,
} from '@switchyard/contracts';
import { metrics, SWITCHYARD, withSpan } from '@switchyard/telemetry';
import { checkName, checkProvenance, checkScope, invalidField } from './check-request.js';
import { factsIn, type SaidFact } from './derive/facts.js';
import { NOW, type Now } from './now.js';
import { SaveRepository, type Saved } from './persistence/save.repository.js';
import { makeEpisode, makeFact } from './records/make-statement.js';
import { keysOf } from './records/save-keys.js';
import type { Statement } from './records/statement.js';
import { checkTags, checkText } from './write-limits.js';

const MESSAGE = 'RecordEpisodesRequest';
/** Episodes of one request; as in the contract. */
export const MAX_EPISODES = 256;

type Reply = MessageInitShape<typeof RecordEpisodesReplySchema>;

/** Stores what was said and done, and the facts that rules find in it, which rest on it. */
@Injectable()
export class EpisodesService {
  private readonly recorded = metrics.counter(
    'switchyard_memory_episodes_total',
    'Episodes that came to be recorded, by what became of them.',
    ['outcome'],
  );

  constructor(
    @Inject(SaveRepository) private readonly saver: SaveRepository,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /**
   * All episodes of a request or none; the next recall finds them, on any replica.
   *
   * @throws SwitchyardError `contract.invalid` (too many, no readable text, tags, places), `database.unavailable` (retryable)
   */
  async record(request: RecordEpisodesRequest): Promise<Reply> {
    const scope = checkScope(request.scope, MESSAGE);
    checkName(request.conversation, MESSAGE, 'conversation');
    if (request.episodes.length > MAX_EPISODES)
      throw invalidField(
        MESSAGE,
        'episodes',
        `has ${request.episodes.length} episodes; send at most ${MAX_EPISODES} at a time`,
      );
    const at = this.now();
    const episodes = request.episodes.map((episode, index) => episodeOf(episode, index, request, at));
    const factScope = factScopeOf(scope, request.withinThread);
    const derived = request.derive ? episodes.map((episode) => factsOf(episode, factScope, at)) : [];
    return withSpan('record_episodes', { attributes: { [SWITCHYARD.tenant]: scope.tenant } }, async (span) => {
      const { runId } = checkProvenance(request.provenance, MESSAGE);
      const [said = [], facts = []] = await this.saver.save(
        scope.tenant,
        [
          () => ({ scope, statements: episodes, at, runId }),
          ([saved = []]) => ({ scope: factScope, statements: resting(derived, saved), at, runId }),
        ],
        [
          { scope, keys: keysOf(episodes) },
          { scope: factScope, keys: keysOf(derived.flat()) },
        ],
      );
      for (const { outcome } of said) this.recorded.inc({ outcome });
      span.setAttribute('switchyard.memory.episodes', said.length);
      return replyOf(said, facts);
    });
  }
}

/** What is known of a user is for his other conversations too; what is known of nobody is not for everybody. */
function factScopeOf(scope: Scope, withinThread: boolean): Scope {
  return withinThread || scope.user === '' ? scope : create(ScopeSchema, { ...scope, thread: '' });
}

function episodeOf(episode: Episode, index: number, request: RecordEpisodesRequest, at: Date): Statement {
  const field = `episodes[${index}]`;
  const common = checkProvenance(request.provenance, MESSAGE);
  const { position, source, seq } = episode;
  const provenance = create(ProvenanceSchema, { ...common, seq: seq || common.seq, source: source || common.source });
  return makeEpisode({
    at,
    text: checkText(episode.text, MESSAGE, `${field}.text`),
    speaker: checkName(episode.speaker.trim(), MESSAGE, `${field}.speaker`),
    tags: checkTags(episode.tags, MESSAGE),
    provenance: checkProvenance(provenance, MESSAGE),
    conversation: request.conversation,
    position,
    saveKey: checkName(episode.key, MESSAGE, `${field}.key`),
    expiresAt: request.expiresAt && timestampDate(request.expiresAt),
    ...(episode.occurredAt && { occurredAt: timestampDate(episode.occurredAt) }),
  });
}

function factsOf(episode: Statement, scope: Scope, at: Date): Statement[] {
  const self = scope.user || episode.speaker;
  return factsIn(episode.text, episode.speaker, self).map((fact: SaidFact) =>
    makeFact({
      ...fact,
      at,
      self,
      provenance: episode.provenance,
      trust: episode.trust,
      tags: episode.tags,
      occurredAt: episode.occurredAt,
      expiresAt: episode.expiresAt,
      evidence: [episode.id],
    }),
  );
}

/** Facts of what was really said just now, resting on the rows that it became. */
function resting(derived: readonly (readonly Statement[])[], saved: Saved): Statement[] {
  return derived.flatMap((facts, index) => {
    const { outcome, memoryId } = saved[index] ?? {};
    const counts = outcome === 'stored' || outcome === 'repeated';
    return counts && memoryId ? facts.map((fact) => ({ ...fact, evidence: [memoryId] })) : [];
  });
}

function replyOf(said: Saved, facts: Saved): Reply {
  const count = (outcome: string) => said.filter((planned) => planned.outcome === outcome).length;
  const [stored, repeated] = [count('stored'), count('repeated')];
  return {
    ids: said.map(({ memoryId }) => memoryId),
    stored,
    repeated,
    skipped: said.length - stored - repeated,
    facts: [...new Set(facts.filter(({ outcome }) => outcome === 'stored').map(({ memoryId }) => memoryId))],
  };
}
