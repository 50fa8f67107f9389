import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '@switchyard/config';
import {
  SwitchyardError,
  timestampFromDate,
  type ApplySuiteRequest,
  type JsonObject,
  type ListSuitesQuery,
  type MessageInitShape,
  type SuiteQuery,
  type SuiteVersionSchema,
} from '@switchyard/contracts';
import { CONFIG } from '@switchyard/service';
import { NOW, type Now } from '../now.js';
import { readSuite } from '../suite/read-suite.js';
import { SuiteRepository, type SuiteRow } from './suite.repository.js';

type SuiteInit = MessageInitShape<typeof SuiteVersionSchema>;

const DEFAULT_LISTED = 50;
const MAX_LISTED = 200;

/** Suites that are kept, each version under its content address. */
@Injectable()
export class SuitesService {
  constructor(
    @Inject(SuiteRepository) private readonly suites: SuiteRepository,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(NOW) private readonly now: Now,
  ) {}

  /** @throws SwitchyardError `suite.invalid` */
  async apply({ tenant, suite: written = {}, actor }: ApplySuiteRequest): Promise<SuiteInit> {
    const suite = readSuite(written, { maxInputBytes: this.config.limits.taskBytes });
    const { name, version, cases } = suite;
    const parts = { tenant, name, version, definition: written, cases: cases.length };
    const created = await this.suites.add({ ...parts, at: this.now(), by: actor });
    return { ...suiteView(await this.one(tenant, name, version)), created };
  }

  /** @throws SwitchyardError `suite.not_found` */
  async get({ tenant, name, version }: SuiteQuery): Promise<SuiteInit> {
    const row = await this.one(tenant, name, version);
    return { ...suiteView(row), suite: row.definition ?? {} };
  }

  /** As it was written. @throws SwitchyardError `suite.not_found` */
  async written(tenant: string, name: string, version: string): Promise<JsonObject> {
    return (await this.one(tenant, name, version)).definition ?? {};
  }

  async list({ tenant, name, limit }: ListSuitesQuery): Promise<SuiteInit[]> {
    return (await this.suites.list(tenant, name, Math.min(limit || DEFAULT_LISTED, MAX_LISTED))).map(suiteView);
  }

  private async one(tenant: string, name: string, version: string): Promise<SuiteRow> {
    const [row, another] = await this.suites.find(tenant, name, version);
    if (row && !another) return row;
    const which = version === '' ? '' : ` in version "${version}"`;
    throw new SwitchyardError(
      'suite.not_found',
      another
        ? `Several versions of the suite "${name}" begin with "${version}". Give more of its digits, or its number.`
        : `There is no suite "${name}"${which} in this tenant. Apply it, or list the suites to see which there are.`,
      { details: { suite: name, version } },
    );
  }
}

function suiteView({ tenant, name, version, number, cases, created_at, created_by }: SuiteRow): SuiteInit {
  return { tenant, name, version, number, cases, createdAt: timestampFromDate(created_at), createdBy: created_by };
}
