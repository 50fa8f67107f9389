import { Inject, Injectable } from '@nestjs/common';
import { TextParts } from '@switchyard/bus';
import {
  SwitchyardError,
  type MessageInitShape,
  type ResultContentQuery,
  type ResultContentSchema,
} from '@switchyard/contracts';
import { LedgerRepository } from './ledger.repository.js';

/** Gives what is too large for a message from the ledger, in parts: any host has them, whichever ran the call. */
@Injectable()
export class ResultContentService {
  readonly #parts: TextParts;

  constructor(@Inject(LedgerRepository) ledger: LedgerRepository) {
    this.#parts = new TextParts((key) => {
      // Neither a tenant, nor an id, nor a hash has a blank.
      const [tenant = '', callId = ''] = key.split(' ');
      return ledger.contentOf(tenant, callId);
    });
  }

  /**
   * One part. Whether all of them are of the content that is meant is for who has put them together to check, by its hash: a
   * result in doubt may be settled between two parts.
   *
   * @throws SwitchyardError `effect.not_found`, also where it is another tenant's
   */
  async part({
    tenant,
    callId,
    hash,
    offset,
  }: ResultContentQuery): Promise<MessageInitShape<typeof ResultContentSchema>> {
    const part = await this.#parts.part(`${tenant} ${callId} ${hash}`, offset);
    if (part) return { text: part.text, nextOffset: part.nextOffset };
    throw new SwitchyardError('effect.not_found', `The ledger has no result of a call ${callId} of this tenant.`, {
      details: { call_id: callId },
    });
  }
}
