import { MEMORY_SCOPES, timestampDate, type RecallRequest, type Scope } from '@switchyard/contracts';
import { checkNames, checkScope, invalidField } from './check-request.js';
import { trustOfName } from './records/trust.js';
import { queryTerms } from './text/query-terms.js';
import { subjectOf } from './text/subject-of.js';
import { checkTags } from './write-limits.js';

const MESSAGE = 'RecallRequest';
/** Where the request names none, and at most; as in the contract. */
const DEFAULT_LIMIT = 8;
const MAX_LIMIT = 50;
const KINDS = ['episode', 'fact', 'summary'];
const SCOPES: readonly string[] = MEMORY_SCOPES;

/** What is asked, and through whose eyes: of one whose scope this is, or, narrow, of a person who looks at a part of all. */
export interface Ask {
  scope: Scope;
  narrow: boolean;
  /** For whom what is looked at may be; all where empty. */
  scopes: readonly string[];
  query: string;
  /** What is looked for: the query without what it says of its answer's form. */
  subject: string;
  /** Words of the subject that are looked up; none: the newest are asked for. */
  terms: readonly string[];
  limit: number;
  /** Tokens; 0: no limit. */
  budget: number;
  runId: string;
  /** The agent that puts the best into order; empty: scores do. */
  rerank: string;
  /** What memories must be; undefined: nothing but not retracted and not expired. */
  filter: Filter | undefined;
}

export interface Filter {
  asOf: Date | undefined;
  knownAt: Date | undefined;
  kinds: readonly string[];
  tags: readonly string[];
  since: Date | undefined;
  until: Date | undefined;
  minTrust: number;
}

/** @throws SwitchyardError `contract.invalid` */
export function readAsk(request: RecallRequest): Ask {
  const subject = subjectOf(request.query);
  return {
    scope: checkScope(request.scope, MESSAGE),
    narrow: request.narrow,
    scopes: checkNames(request.scopes, SCOPES, MESSAGE, 'scopes'),
    query: request.query,
    subject,
    terms: queryTerms(subject),
    limit: Math.min(request.limit || DEFAULT_LIMIT, MAX_LIMIT),
    budget: request.budgetTokens,
    runId: request.runId,
    rerank: request.rerank,
    filter: readFilter(request),
  };
}

function readFilter(request: RecallRequest): Filter | undefined {
  const filter: Filter = {
    asOf: dateOf(request.asOf),
    knownAt: dateOf(request.knownAt),
    kinds: checkNames(request.kinds, KINDS, MESSAGE, 'kinds'),
    tags: checkTags(request.tags, MESSAGE),
    since: dateOf(request.since),
    until: dateOf(request.until),
    minTrust: trustOfName(request.minTrust),
  };
  if (filter.since && filter.until && filter.since > filter.until)
    throw invalidField(MESSAGE, 'since', 'is after until: nothing was said in that time');
  const { asOf, knownAt, kinds, tags, since, until, minTrust } = filter;
  const plain = kinds.length + tags.length === 0 && minTrust <= 1 && !asOf && !knownAt && !since && !until;
  return plain ? undefined : filter;
}

function dateOf(time: RecallRequest['asOf']): Date | undefined {
  return time && timestampDate(time);
}
