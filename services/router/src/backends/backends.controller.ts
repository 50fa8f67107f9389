import { Controller, Inject } from '@nestjs/common';
import { Rpc } from '@switchyard/bus';
import {
  BackendListSchema,
  EmptySchema,
  RouterService,
  type Backend,
  type BackendQuery,
  type BackendReport,
} from '@switchyard/contracts';
import type { Init } from '../shared/init.js';
import { BackendsService } from './backends.service.js';

@Controller()
export class BackendsController {
  constructor(@Inject(BackendsService) private readonly backends: BackendsService) {}

  @Rpc(RouterService.method.applyBackend)
  apply(backend: Backend): Promise<Backend> {
    return this.backends.apply(backend);
  }

  @Rpc(RouterService.method.removeBackend)
  async remove({ name }: BackendQuery): Promise<Init<typeof EmptySchema>> {
    await this.backends.remove(name);
    return {};
  }

  @Rpc(RouterService.method.listBackends)
  async list(): Promise<Init<typeof BackendListSchema>> {
    return { backends: await this.backends.list() };
  }

  @Rpc(RouterService.method.getBackend)
  get({ name }: BackendQuery): Promise<Backend> {
    return this.backends.get(name);
  }

  @Rpc(RouterService.method.reportBackend)
  async report(report: BackendReport): Promise<Init<typeof EmptySchema>> {
    await this.backends.report(report);
    return {};
  }
}
