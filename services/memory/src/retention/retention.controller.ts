import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import { MemoryService, SwitchyardError, type RetentionPolicy, type RetentionQuery } from '@switchyard/contracts';
import { checkScope, invalidField } from '../check-request.js';
import { RetentionRepository } from './retention.repository.js';

/** A century: whoever means longer means never. */
const MAX_DAYS = 36_500;

/** `<prefix>.rpc.memory.*`: policies of forgetting. */
@Controller()
export class RetentionController {
  constructor(@Inject(RetentionRepository) private readonly policies: RetentionRepository) {}

  /** @throws SwitchyardError `contract.invalid` where it would let nothing go */
  @Rpc(MemoryService.method.putRetention)
  async putRetention(policy: RetentionPolicy): Promise<RetentionPolicy> {
    const { maxAgeDays, unusedDays, quota, scope } = policy;
    if (scope) checkScope(scope, 'RetentionPolicy');
    if (maxAgeDays === 0 && unusedDays === 0 && quota === 0)
      throw invalidField(
        'RetentionPolicy',
        'max_age_days',
        'is not set, nor unused_days, nor quota: it would forget nothing',
      );
    const days = Math.max(maxAgeDays, unusedDays);
    if (days > MAX_DAYS) throw invalidField('RetentionPolicy', 'max_age_days', `is more than ${MAX_DAYS} days`);
    if (quota > 2_147_483_647) throw invalidField('RetentionPolicy', 'quota', 'is more than 2147483647');
    await this.policies.put(policy);
    return policy;
  }

  @Rpc(MemoryService.method.listRetention)
  async listRetention({ tenant }: RetentionQuery) {
    return { policies: await this.policies.list(tenant) };
  }

  /** @throws SwitchyardError `memory.retention.not_found` */
  @Rpc(MemoryService.method.deleteRetention)
  async deleteRetention({ tenant, name }: RetentionPolicy): Promise<RetentionPolicy> {
    const gone = await this.policies.delete(tenant, name);
    if (gone) return gone;
    throw new SwitchyardError(
      'memory.retention.not_found',
      `There is no policy "${name}". "switchyard memory retention list" shows which there are.`,
      {
        details: { policy: name },
      },
    );
  }
}
