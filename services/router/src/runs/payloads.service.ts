import { Inject, Injectable } from '@nestjs/common';
import { SwitchyardError, type PayloadQuery, type PayloadSchema } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import type { Init } from '../shared/init.js';

/** Characters of one part: as JSON in JSON, each may become six bytes, and NATS carries 1 MiB by default. */
const PART = 128 * 1_024;

/** Values that are too large for an event, by their content. */
@Injectable()
export class PayloadsService {
  constructor(@Inject(JournalStore) private readonly journal: JournalStore) {}

  /** One part of a payload. @throws SwitchyardError `payload.not_found`, also where it is another tenant's */
  async part({ tenant, hash, offset }: PayloadQuery): Promise<Init<typeof PayloadSchema>> {
    const payload = await this.journal.findPayload(tenant, hash);
    if (!payload) throw notFound(hash);
    const { bytes, text } = payload;
    const end = endOf(text, offset + PART);
    return { hash, bytes, text: text.slice(offset, end), nextOffset: end < text.length ? end : 0 };
  }
}

/** Half a surrogate pair is no text: where a part would end between the halves, it ends before them. */
function endOf(text: string, end: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
}

function notFound(hash: string): SwitchyardError {
  return new SwitchyardError(
    'payload.not_found',
    `There is no payload ${hash}. It is gone with the runs that referred to it, or is another tenant's.`,
    { details: { hash } },
  );
}
