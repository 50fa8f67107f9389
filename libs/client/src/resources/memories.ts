import {
  CorrectReplySchema,
  ErasureReceiptSchema,
  fromStore,
  MemoryActSchema,
  MemoryHistorySchema,
  MemoryListSchema,
  MemorySchema,
  MemoryStatusReplySchema,
  RecallReplySchema,
  RecordEpisodesReplySchema,
  SplitReplySchema,
  type CorrectReply,
  type ErasureReceipt,
  type JsonObject,
  type Memory,
  type MemoryAct,
  type MemoryHistory,
  type MemoryStatusReply,
  type RecalledMemory,
  type RecallReply,
  type RecordEpisodesReply,
  type SplitReply,
} from '@switchyard/contracts';
import type { Http } from '../http.js';
import { MemoryBlocks } from './memory-blocks.js';
import { MemoryExchange } from './memory-exchange.js';
import { listParameters, type EpisodesOptions, type ListOptions } from './memory-list.js';
import { MemoryRetention } from './memory-retention.js';
import { defined, scopeOf, type MemoryScope } from './memory-scope.js';

export interface SearchOptions {
  scope?: MemoryScope;
  /** At most 50; 8 where absent. */
  limit?: number | undefined;
  /** Tokens of all texts together. */
  budgetTokens?: number | undefined;
  /** What was true at this moment. */
  asOf?: Date | undefined;
  /** What was known at this moment. */
  knownAt?: Date | undefined;
  /** Said or recorded in this time. */
  since?: Date | undefined;
  until?: Date | undefined;
  /** Any of episode, fact, summary. */
  kinds?: string[] | undefined;
  /** All of these. */
  tags?: string[] | undefined;
  /** low, medium, high. */
  minTrust?: string | undefined;
  /** The agent that puts the best into order; needs a key that may run agents. */
  rerank?: string | undefined;
}

/** As whom it is said: an assistant that acts with the caller's key is believed less than the caller. */
export interface SaidBy {
  source?: 'agent';
}

export interface RememberOptions extends SaidBy {
  scope?: MemoryScope;
  tags?: string[];
  /** What it is about; found by rules where absent. */
  subject?: string | undefined;
  validFrom?: Date | undefined;
  validTo?: Date | undefined;
  expiresAt?: Date | undefined;
}

/** What is remembered, and what people do to it. */
export class Memories {
  readonly exchange: MemoryExchange;
  readonly retention: MemoryRetention;
  readonly blocks: MemoryBlocks;

  constructor(private readonly http: Http) {
    this.exchange = new MemoryExchange(http);
    this.retention = new MemoryRetention(http);
    this.blocks = new MemoryBlocks(http);
  }

  async remember(text: string, options: RememberOptions = {}): Promise<Memory> {
    const { scope, tags = [], subject, validFrom, validTo, expiresAt } = options;
    const times = { valid_from: isoOf(validFrom), valid_to: isoOf(validTo), expires_at: isoOf(expiresAt) };
    const body = defined({ text, scope: scopeOf(scope), tags, subject, ...times, provenance: saidBy(options) });
    return fromStore(MemorySchema, await this.http.json('POST', '/v1/memories', { body }));
  }

  /** @param request as in the contracts: `scope`, `conversation`, `episodes`, `derive`, `expires_at` */
  async record(request: JsonObject): Promise<RecordEpisodesReply> {
    const reply = await this.http.json('POST', '/v1/memories/episodes', { body: request });
    return fromStore(RecordEpisodesReplySchema, reply);
  }

  /** The best first, each with its score and why. */
  async search(query: string, options: SearchOptions = {}): Promise<RecalledMemory[]> {
    return (await this.recall(query, options)).memories;
  }

  /** The same, with what the search had to do without. */
  async recall(query: string, options: SearchOptions = {}): Promise<RecallReply> {
    const { scope, limit, budgetTokens, kinds, tags, minTrust, asOf, knownAt, since, until, rerank } = options;
    const body = defined({
      query,
      scope: scopeOf(scope),
      limit: limit || undefined,
      budget_tokens: budgetTokens,
      kinds,
      tags,
      min_trust: minTrust,
      rerank,
      as_of: isoOf(asOf),
      known_at: isoOf(knownAt),
      since: isoOf(since),
      until: isoOf(until),
    });
    return fromStore(
      RecallReplySchema,
      await this.http.json('POST', '/v1/memories/search', { body, repeatable: rerank === undefined }),
    );
  }

  /** The newest first, or as they were said. @throws SwitchyardError `memory.not_found` where a page as said begins after one that is gone */
  async list(options: ListOptions = {}): Promise<Memory[]> {
    const query = listParameters(options);
    return fromStore(MemoryListSchema, await this.http.json('GET', '/v1/memories', { query })).memories;
  }

  /** What was said in a run or a thread, the first first, each with its run and the entry of its journal. */
  episodes({ runId, thread, agent, user, limit, after }: EpisodesOptions): Promise<Memory[]> {
    const which = { runId, conversation: thread, scope: { agent, user } };
    return this.list({ ...which, kinds: ['episode'], asSaid: true, limit, before: after });
  }

  /** With all that explains it. @throws SwitchyardError `memory.not_found` */
  async get(id: string): Promise<MemoryHistory> {
    return fromStore(MemoryHistorySchema, await this.http.json('GET', path(id)));
  }

  /** @throws SwitchyardError `memory.not_found` */
  async forget(id: string): Promise<Memory> {
    return fromStore(MemorySchema, await this.http.json('DELETE', path(id)));
  }

  /** Puts another statement in its place. @throws SwitchyardError `memory.not_found`, `memory.conflict` */
  correct(
    id: string,
    text: string,
    options: SaidBy & { reason?: string; validFrom?: Date | undefined } = {},
  ): Promise<CorrectReply> {
    const { reason, validFrom } = options;
    const body = defined({ text, reason, valid_from: isoOf(validFrom), provenance: saidBy(options) });
    return this.#correction(`${path(id)}/correct`, body);
  }

  /** Puts one statement in the place of several. */
  merge(ids: readonly string[], text: string, options: { reason?: string } = {}): Promise<CorrectReply> {
    return this.#correction('/v1/memories/merges', defined({ ids: [...ids], text, reason: options.reason }));
  }

  /** Puts several statements in the place of one. */
  async split(id: string, texts: readonly string[], options: { reason?: string } = {}): Promise<SplitReply> {
    const body = defined({ texts: [...texts], reason: options.reason });
    return fromStore(SplitReplySchema, await this.http.json('POST', `${path(id)}/split`, { body }));
  }

  /** Takes them out of every answer, with what rests on them alone; or all that an import stored, by its act. */
  retract(what: readonly string[] | { act: string }, options: { reason?: string } = {}): Promise<MemoryAct> {
    return this.#withdrawal('/v1/memories/retractions', what, options);
  }

  /** The same of what was measured to do harm; summaries before it go with it, and none of the same facts is made again. */
  demote(ids: readonly string[], options: { reason?: string } = {}): Promise<MemoryAct> {
    return this.#withdrawal('/v1/memories/demotions', ids, options);
  }

  /** Takes an act back. @throws SwitchyardError `memory.act.not_found`, `memory.conflict` */
  async restore(act: string, options: { reason?: string } = {}): Promise<MemoryAct> {
    const body = defined({ reason: options.reason });
    const reply = await this.http.json('POST', `/v1/memories/acts/${encodeURIComponent(act)}/restore`, { body });
    return fromStore(MemoryActSchema, reply);
  }

  /** Deletes these memories, or all of a scope, and all that was made of them. Irreversible. */
  async erase(
    what: { ids: readonly string[] } | { scope: MemoryScope },
    options: { reason?: string } = {},
  ): Promise<ErasureReceipt> {
    const which: JsonObject = 'ids' in what ? { ids: [...what.ids] } : { scope: scopeOf(what.scope) };
    const body = { ...which, ...defined({ reason: options.reason }) };
    return fromStore(ErasureReceiptSchema, await this.http.json('POST', '/v1/memories/erasures', { body }));
  }

  /** How they are searched by meaning, and what waits for it. */
  async status(): Promise<MemoryStatusReply> {
    return fromStore(MemoryStatusReplySchema, await this.http.json('GET', '/v1/memories/status'));
  }

  async #withdrawal(
    to: string,
    what: readonly string[] | { act: string },
    { reason }: { reason?: string },
  ): Promise<MemoryAct> {
    const which: JsonObject = 'act' in what ? { act_id: what.act } : { ids: [...what] };
    return fromStore(MemoryActSchema, await this.http.json('POST', to, { body: { ...which, ...defined({ reason }) } }));
  }

  async #correction(to: string, body: JsonObject): Promise<CorrectReply> {
    return fromStore(CorrectReplySchema, await this.http.json('POST', to, { body }));
  }
}

function path(id: string): string {
  return `/v1/memories/${encodeURIComponent(id)}`;
}

function saidBy({ source }: SaidBy): JsonObject | undefined {
  return source === undefined ? undefined : { source };
}

function isoOf(time: Date | undefined): string | undefined {
  return time?.toISOString();
}
