import { Controller, Inject } from '@nestjs/common';
import { Rpc, thatFit, WORK_KINDS } from '@switchyard/bus';
import {
  DeadLetterListSchema,
  DeadLetterSchema,
  RouterService,
  SwitchyardError,
  type DeadLetter,
  type ListDeadLettersQuery,
} from '@switchyard/contracts';
import { bytesOf } from '../shared/bytes-of.js';
import type { Init } from '../shared/init.js';
import { shorten } from '../shared/shorten.js';
import { DeadLettersRepository } from './dead-letters.repository.js';

const DEFAULT_LETTERS = 50;
const MAX_LETTERS = 200;
/** Characters of a payload that a list shows. A page of 200 letters then fits into one reply. */
const LISTED_CHARACTERS = 1_000;

@Controller()
export class DeadLettersController {
  constructor(@Inject(DeadLettersRepository) private readonly letters: DeadLettersRepository) {}

  @Rpc(RouterService.method.listDeadLetters)
  async list({ kind, limit }: ListDeadLettersQuery): Promise<Init<typeof DeadLetterListSchema>> {
    const kinds: readonly string[] = WORK_KINDS;
    if (kind !== '' && !kinds.includes(kind)) {
      throw new SwitchyardError(
        'contract.invalid',
        `ListDeadLettersQuery.kind is "${kind.slice(0, 64)}"; it may be ${kinds.join(', ')}, or absent for all.`,
        {
          details: { field: 'kind' },
        },
      );
    }
    const most = Math.min(limit || DEFAULT_LETTERS, MAX_LETTERS);
    const found = await this.letters.last(kind || '*', most + 1);
    const letters = thatFit(found.slice(0, most).map(listedLetter), bytesOf(DeadLetterSchema));
    return { letters, more: letters.length < found.length };
  }
}

function listedLetter(letter: DeadLetter): DeadLetter {
  const payload = shorten(letter.payload, LISTED_CHARACTERS);
  return { ...letter, payload, shortened: payload !== letter.payload };
}
