import { Inject, Injectable } from '@nestjs/common';
import { create, StartReplayRequestSchema } from '@switchyard/contracts';
import { ReplaysService } from '../replays/replays.service.js';
import { SuitesService } from '../suites/suites.service.js';
import type { ReplaySuites } from './replay-suites.js';

/** Suites of runs that the router still has, each referring to the answers that its run got. */
@Injectable()
export class RecordedSuites implements ReplaySuites {
  constructor(
    @Inject(ReplaysService) private readonly replays: ReplaysService,
    @Inject(SuitesService) private readonly suites: SuitesService,
  ) {}

  async keep({ tenant, agent, runs, actor }: Parameters<ReplaySuites['keep']>[0]) {
    const { suite } = await this.replays.suite(create(StartReplayRequestSchema, { tenant, agent, last: runs }));
    const { name = '', version = '' } = await this.suites.apply({
      ...{ $typeName: 'switchyard.v1.ApplySuiteRequest' as const, tenant, suite, actor },
    });
    return { suite: name, suiteVersion: version };
  }
}
