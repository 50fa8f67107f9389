import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, toErrorInfo, type RedriveReplySchema, type RedriveRequest } from '@switchyard/contracts';
import { metrics } from '@switchyard/telemetry';
import type { StoredLetter } from '../dead-letters/dead-letters.repository.js';
import { DeadLettersService } from '../dead-letters/dead-letters.service.js';
import type { Init } from '../shared/init.js';
import type { RedriveOrder } from './redrive-order.js';
import { RedriveMessageService } from './redrive-message.service.js';
import { RedriveRunService } from './redrive-run.service.js';
import { keyText, RedrivesRepository } from './redrives.repository.js';

const USUAL_LETTERS = 100;
const MAX_LETTERS = 500;

/**
 * Gives what failed another try. The act comes first and is one however often it is done; then the letter is marked, so
 * that a crash in between shows it again, and redriving it again finds it done.
 */
@Injectable()
export class RedriveService {
  constructor(
    @Inject(DeadLettersService) private readonly letters: DeadLettersService,
    @Inject(RedriveRunService) private readonly runs: RedriveRunService,
    @Inject(RedriveMessageService) private readonly messages: RedriveMessageService,
    @Inject(RedrivesRepository) private readonly redrives: RedrivesRepository,
  ) {}

  /**
   * One by kind and id, or those that the filter has and that were not redriven. Of several, each says what became of it.
   *
   * @throws SwitchyardError of one: `dead_letter.not_found`, and why it was not redriven; `contract.invalid`
   */
  async redrive(request: RedriveRequest): Promise<Init<typeof RedriveReplySchema>> {
    const { kind, id, tenant, backend, actor, dryRun } = request;
    const order = { backend, actor: actor || 'router', dryRun };
    if (id !== '') {
      const stored = await this.letters.get({ $typeName: 'switchyard.v1.DeadLetterQuery', kind, id, tenant });
      return { letters: [{ kind, id, runId: await this.one(stored, order) }] };
    }
    const limit = Math.min(request.limit || USUAL_LETTERS, MAX_LETTERS);
    const { code, agent, onBackend } = request;
    const filter = { kind, code, agent, backend: onBackend, tenant, all: false };
    const found = await this.letters.list(filter, limit + 1);
    const letters = [];
    for (const stored of newestOfEach(found.slice(0, limit))) letters.push(await this.oneOfMany(stored, order));
    return { letters, more: found.length > limit };
  }

  private async oneOfMany(stored: StoredLetter, order: RedriveOrder) {
    const { kind, id } = stored.letter;
    try {
      return { kind, id, runId: await this.one(stored, order) };
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error;
      return { kind, id, error: toErrorInfo(error) };
    }
  }

  private async one(stored: StoredLetter, order: RedriveOrder): Promise<string> {
    const { letter } = stored;
    const { tenant, kind, id } = letter;
    const runId =
      kind === 'run' ? await this.runs.redrive(tenant, id, order) : await this.messages.redrive(stored, order);
    if (order.dryRun) return runId;
    await this.redrives.mark({ tenant, kind, id }, runId, order.actor);
    metrics
      .counter('switchyard_router_redrives_total', 'Dead letters that were given another try.', ['kind'])
      .inc({ kind });
    return runId;
  }
}

/** Of letters with one kind and id the last: the others are older tries of the same. */
function newestOfEach(found: readonly StoredLetter[]): StoredLetter[] {
  const seen = new Set<string>();
  return found.filter(({ letter }) => {
    const key = keyText(letter);
    return !seen.has(key) && seen.add(key);
  });
}
