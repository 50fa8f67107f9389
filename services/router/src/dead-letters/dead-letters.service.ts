import { Inject, Injectable } from '@nestjs/common';
import { Bus, DEAD_KINDS } from '@switchyard/bus';
import {
  SwitchyardError,
  timestampMs,
  type DeadLetter,
  type DeadLetterQuery,
  type ListDeadLettersQuery,
} from '@switchyard/contracts';
import { failedRuns, type RunRecord } from '@switchyard/journal';
import { DataSource } from 'typeorm';
import { keyText, RedrivesRepository, type RedriveRow } from '../redrives/redrives.repository.js';
import { DeadLettersRepository, type StoredLetter } from './dead-letters.repository.js';
import { runLetter, withRedrive } from './letter-message.js';

export type LetterFilter = Pick<ListDeadLettersQuery, 'kind' | 'code' | 'agent' | 'backend' | 'tenant' | 'all'>;

/** Runs that one look reads. */
const WINDOW = 200;

/**
 * What failed for good: messages, as the stream DEAD has them, and runs, as Postgres has them. Letters of runs are published
 * too, for whoever listens; here the journal tells of them, for as long as it keeps them and whatever became of the stream.
 */
@Injectable()
export class DeadLettersService {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(DeadLettersRepository) private readonly letters: DeadLettersRepository,
    @Inject(RedrivesRepository) private readonly redrives: RedrivesRepository,
  ) {}

  /** Newest first, whole. @throws SwitchyardError `contract.invalid` for a kind that there is not */
  async list(filter: LetterFilter, limit: number): Promise<StoredLetter[]> {
    checkKind(filter.kind);
    const [runs, messages] = await Promise.all([
      filter.kind === '' || filter.kind === 'run' ? this.runs(filter, limit) : [],
      filter.kind === 'run' ? [] : this.messages(filter, limit),
    ]);
    return [...runs, ...messages].sort((a, b) => timeOf(b) - timeOf(a)).slice(0, limit);
  }

  /** The last letter of this kind and id. @throws SwitchyardError `dead_letter.not_found`, `contract.invalid` */
  async get({ kind, id, tenant }: DeadLetterQuery): Promise<StoredLetter> {
    checkKind(kind);
    const found = kind === 'run' ? await this.failedRun(id) : await this.letters.last(kind, id);
    if (!found || (tenant !== '' && found.letter.tenant !== tenant)) throw letterNotFound(kind, id);
    const [told] = await this.tell([found]);
    return told ?? found;
  }

  private async failedRun(runId: string): Promise<StoredLetter | undefined> {
    const [run] = await failedRuns(this.dataSource, { runId, limit: 1 });
    return run && this.stored(run);
  }

  private async runs({ code, agent, backend, tenant, all }: LetterFilter, limit: number): Promise<StoredLetter[]> {
    const kept: StoredLetter[] = [];
    for (let before: RunRecord | undefined; ;) {
      const where = { code, agent, backend, tenant, limit: WINDOW };
      const found: RunRecord[] = await failedRuns(this.dataSource, before ? { ...where, before } : where);
      const told = await this.tell(found.map((run) => this.stored(run)));
      kept.push(...told.filter(({ letter }) => all || !letter.redrivenAt));
      before = found.at(-1);
      if (kept.length >= limit || found.length < WINDOW) return kept.slice(0, limit);
    }
  }

  private async messages(filter: LetterFilter, limit: number): Promise<StoredLetter[]> {
    const kept: StoredLetter[] = [];
    for await (const found of this.letters.newest(filter.kind || '*')) {
      const told = await this.tell(found.filter(({ letter }) => letter.kind !== 'run' && matches(letter, filter)));
      kept.push(...told.filter(({ letter }) => filter.all || !letter.redrivenAt));
      if (kept.length >= limit) break;
    }
    return kept.slice(0, limit);
  }

  private async tell(found: readonly StoredLetter[]): Promise<StoredLetter[]> {
    const redrives = await this.redrives.find(found.map(({ letter }) => letter));
    return found.map(({ letter, msgId }) => {
      const redrive = redrives.get(keyText(letter));
      return { letter: withRedrive(letter, isOf(letter, redrive) ? redrive : undefined), msgId };
    });
  }

  private stored(run: RunRecord): StoredLetter {
    const subject = this.bus.subjects.event(run.tenant, run.runId, 'RunFailed');
    return { letter: runLetter(run, subject), msgId: '' };
  }
}

/** One that failed again after it was redriven is a new letter. */
function isOf(letter: DeadLetter, redrive: RedriveRow | undefined): boolean {
  return redrive !== undefined && (!letter.time || timestampMs(letter.time) <= redrive.redriven_at.getTime());
}

function matches(letter: DeadLetter, { code, agent, backend, tenant }: LetterFilter): boolean {
  const holds = (wanted: string, found: string) => wanted === '' || wanted === found;
  return (
    holds(code, letter.cause?.code ?? '') &&
    holds(agent, letter.agent) &&
    holds(backend, letter.backend) &&
    holds(tenant, letter.tenant)
  );
}

function timeOf({ letter }: StoredLetter): number {
  return letter.time ? timestampMs(letter.time) : 0;
}

/** @throws SwitchyardError `contract.invalid` */
export function checkKind(kind: string): void {
  const kinds: readonly string[] = DEAD_KINDS;
  if (kind === '' || kinds.includes(kind)) return;
  throw new SwitchyardError(
    'contract.invalid',
    `The kind of a dead letter is "${kind.slice(0, 64)}"; it may be ${kinds.join(', ')}, or absent for all.`,
    { details: { field: 'kind' } },
  );
}

function letterNotFound(kind: string, id: string): SwitchyardError {
  return new SwitchyardError(
    'dead_letter.not_found',
    `There is no dead letter ${kind} ${id}. List them with "switchyard dead-letters list --all".`,
    { details: { kind, id } },
  );
}
