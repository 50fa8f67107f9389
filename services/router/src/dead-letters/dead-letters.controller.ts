import { Controller, Inject } from '@nestjs/common';
import { Rpc, thatFit } from '@switchyard/bus';
import {
  DeadLetterListSchema,
  DeadLetterSchema,
  RouterService,
  type DeadLetter,
  type DeadLetterQuery,
  type ListDeadLettersQuery,
} from '@switchyard/contracts';
import { bytesOf } from '../shared/bytes-of.js';
import type { Init } from '../shared/init.js';
import { shorten } from '../shared/shorten.js';
import { DeadLettersService } from './dead-letters.service.js';

const DEFAULT_LETTERS = 50;
const MAX_LETTERS = 200;
/** Characters of a payload that a list shows. A page of 200 letters then fits into one reply. */
const LISTED_CHARACTERS = 1_000;
/** Of one letter: with the rest of it, it fits into a reply. */
const SHOWN_CHARACTERS = 200_000;

@Controller()
export class DeadLettersController {
  constructor(@Inject(DeadLettersService) private readonly letters: DeadLettersService) {}

  @Rpc(RouterService.method.listDeadLetters)
  async list(query: ListDeadLettersQuery): Promise<Init<typeof DeadLetterListSchema>> {
    const most = Math.min(query.limit || DEFAULT_LETTERS, MAX_LETTERS);
    const found = await this.letters.list(query, most + 1);
    const listed = found.slice(0, most).map(({ letter }) => shortened(letter, LISTED_CHARACTERS));
    const letters = thatFit(listed, bytesOf(DeadLetterSchema));
    return { letters, more: letters.length < found.length };
  }

  @Rpc(RouterService.method.getDeadLetter)
  async get(query: DeadLetterQuery): Promise<DeadLetter> {
    return shortened((await this.letters.get(query)).letter, SHOWN_CHARACTERS);
  }
}

function shortened(letter: DeadLetter, characters: number): DeadLetter {
  const payload = shorten(letter.payload, characters);
  return { ...letter, payload, shortened: payload !== letter.payload };
}
