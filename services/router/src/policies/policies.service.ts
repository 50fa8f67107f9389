import { Inject, Injectable } from '@nestjs/common';
import { didYouMean, SwitchyardError, type Policy } from '@switchyard/contracts';
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { checkPolicy } from './check-policy.js';
import { PoliciesRepository } from './policies.repository.js';

/** Executors hold all of a tenant's at once. */
const MAX_POLICIES = 100;

/** Rules of tenants on tool calls. Executors take them up within two seconds. */
@Injectable()
export class PoliciesService {
  constructor(
    @Inject(PoliciesRepository) private readonly policies: PoliciesRepository,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  list(tenant: string): Promise<Policy[]> {
    return this.policies.list(tenant);
  }

  /** @throws SwitchyardError `policy.invalid`, `condition.invalid`, `policy.too_many` */
  async apply(policy: Policy): Promise<Policy> {
    checkPolicy(policy);
    const { tenant, name, updatedBy: by } = policy;
    const known = await this.policies.list(tenant);
    if (known.length >= MAX_POLICIES && !known.some((other) => other.name === name))
      throw new SwitchyardError(
        'policy.too_many',
        `The policy "${name}" was not applied: the tenant has ${MAX_POLICIES} already. Put rules together, or remove one.`,
      );
    const applied = await this.policies.apply(policy, by);
    this.logger.info({ tenant, policy: name, by }, 'A policy on tool calls was applied');
    return applied;
  }

  /** @throws SwitchyardError `policy.not_found` */
  async remove(tenant: string, name: string, by: string): Promise<void> {
    if (await this.policies.remove(tenant, name)) {
      this.logger.info({ tenant, policy: name, by }, 'A policy on tool calls was removed');
      return;
    }
    const known = (await this.policies.list(tenant)).map((policy) => policy.name);
    throw new SwitchyardError(
      'policy.not_found',
      `There is no policy "${name.slice(0, 128)}".${didYouMean(name, known)}`,
      { details: { name: name.slice(0, 128) } },
    );
  }
}
