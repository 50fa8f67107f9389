import { Controller, Inject } from '@nestjs/common';
import { Rpc, WORK_KINDS } from '@switchyard/bus';
import { DeadLetterListSchema, RouterService, SwitchyardError, type ListDeadLettersQuery } from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { DeadLettersRepository } from './dead-letters.repository.js';

const DEFAULT_LETTERS = 50;
const MAX_LETTERS = 200;

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
    return { letters: await this.letters.last(kind || '*', Math.min(limit || DEFAULT_LETTERS, MAX_LETTERS)) };
  }
}
