import {
  DeadLetterListSchema,
  DeadLetterSchema,
  fromStore,
  RedriveReplySchema,
  type DeadLetter,
  type Redriven,
  type RedriveReply,
} from '@switchyard/contracts';
import type { Http } from '../http.js';

export interface DeadLetterFilter {
  /** tasks, exec, tool, event, run. */
  kind?: string | undefined;
  /** Of the cause. */
  code?: string | undefined;
  agent?: string | undefined;
  backend?: string | undefined;
  tenant?: string | undefined;
  /** Those too that were redriven. */
  all?: boolean | undefined;
  /** At most 200. */
  limit?: number | undefined;
}

export interface RedriveFilter {
  kind?: string | undefined;
  code?: string | undefined;
  agent?: string | undefined;
  /** Where the letters' runs were. */
  onBackend?: string | undefined;
  tenant?: string | undefined;
  /** At most 500; 100 where absent. */
  limit?: number | undefined;
}

export interface RedriveOptions {
  /** Where to. Default: where they were. */
  backend?: string | undefined;
  /** Only says what would be done. */
  dryRun?: boolean | undefined;
}

/** Redriving takes as long as it takes; what was redriven once is not redriven twice, so that it may be asked again. */
const REDRIVE = { repeatable: true, timeoutMs: 150_000 };

/** What failed for good. */
export class DeadLetters {
  constructor(private readonly http: Http) {}

  /** The newest first. Long payloads are shortened; `get` has more of them. */
  async list({ all, ...filter }: DeadLetterFilter = {}): Promise<DeadLetter[]> {
    const query = { ...filter, ...(all ? { all: 'true' } : {}) };
    return fromStore(DeadLetterListSchema, await this.http.json('GET', '/v1/dead-letters', { query })).letters;
  }

  /** @throws SwitchyardError `dead_letter.not_found` */
  async get(kind: string, id: string): Promise<DeadLetter> {
    return fromStore(DeadLetterSchema, await this.http.json('GET', path(kind, id)));
  }

  /**
   * Gives one another try.
   *
   * @throws SwitchyardError `dead_letter.not_found`, `redrive.…` with why it was not redriven, `backend.not_found`
   */
  async redrive(kind: string, id: string, options: RedriveOptions = {}): Promise<Redriven | undefined> {
    const init = { ...REDRIVE, body: bodyOf({ backend: options.backend, dry_run: options.dryRun }) };
    const reply = await this.http.json('POST', `${path(kind, id)}/redrive`, init);
    return fromStore(RedriveReplySchema, reply).letters[0];
  }

  /** Gives all that the filter has another try; each says what became of it. */
  async redriveAll(filter: RedriveFilter, options: RedriveOptions = {}): Promise<RedriveReply> {
    const { onBackend, ...rest } = filter;
    const body = bodyOf({ ...rest, on_backend: onBackend, backend: options.backend, dry_run: options.dryRun });
    return fromStore(
      RedriveReplySchema,
      await this.http.json('POST', '/v1/dead-letters/redrive', { ...REDRIVE, body }),
    );
  }
}

function path(kind: string, id: string): string {
  return `/v1/dead-letters/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`;
}

/** The members that are there. */
function bodyOf(members: Record<string, string | number | boolean | undefined>) {
  return Object.fromEntries(
    Object.entries(members).filter((entry): entry is [string, string | number | boolean] => entry[1] !== undefined),
  );
}
