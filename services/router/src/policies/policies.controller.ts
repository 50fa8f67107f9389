import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  RouterService,
  type EmptySchema,
  type Policy,
  type PolicyListSchema,
  type PolicyQuery,
  type TenantQuery,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { PoliciesService } from './policies.service.js';

@Controller()
export class PoliciesController {
  constructor(@Inject(PoliciesService) private readonly policies: PoliciesService) {}

  @Rpc(RouterService.method.listPolicies)
  async list({ tenant }: TenantQuery): Promise<Init<typeof PolicyListSchema>> {
    return { policies: await this.policies.list(tenant) };
  }

  @Rpc(RouterService.method.applyPolicy)
  apply(policy: Policy): Promise<Policy> {
    return this.policies.apply(policy);
  }

  @Rpc(RouterService.method.removePolicy)
  async remove({ tenant, name, actor }: PolicyQuery): Promise<Init<typeof EmptySchema>> {
    await this.policies.remove(tenant, name, actor);
    return {};
  }
}
