import { Inject, Injectable } from '@nestjs/common';
import { TextParts } from '@switchyard/bus';
import { SwitchyardError, type PayloadQuery, type PayloadSchema } from '@switchyard/contracts';
import { JournalStore } from '@switchyard/journal';
import type { Init } from '../shared/init.js';

/** Values that are too large for an event, by their content. */
@Injectable()
export class PayloadsService {
  readonly #parts: TextParts;

  constructor(@Inject(JournalStore) journal: JournalStore) {
    this.#parts = new TextParts(async (key) => {
      // Neither a tenant nor a hash has a blank.
      const [tenant = '', hash = ''] = key.split(' ');
      return (await journal.findPayload(tenant, hash))?.text;
    });
  }

  /** One part of a payload. @throws SwitchyardError `payload.not_found`, also where it is another tenant's */
  async part({ tenant, hash, offset }: PayloadQuery): Promise<Init<typeof PayloadSchema>> {
    const part = await this.#parts.part(`${tenant} ${hash}`, offset);
    if (!part) throw notFound(hash);
    return { hash, ...part };
  }
}

function notFound(hash: string): SwitchyardError {
  return new SwitchyardError(
    'payload.not_found',
    `There is no payload ${hash}. It is gone with the runs that referred to it, or is another tenant's.`,
    { details: { hash } },
  );
}
