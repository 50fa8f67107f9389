import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import type { Config } from '@switchyard/config';
import { didYouMean, SwitchyardError, type SetSecretRequest } from '@switchyard/contracts';
import { CONFIG, LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { InStep, type InStepOptions } from '../shared/in-step.js';
import { checkSecret } from './check-secret.js';
import { SecretBox } from './secret-box.js';
import { contextOf, SecretsRepository, type SecretRow } from './secrets.repository.js';

/** How often a host looks for what was set at another one, should it have missed the word of it. */
const RELOAD_MS = 3_000;

/** Who wants a secret: a server of tools, or a tool that comes with the host. */
export interface SecretUse {
  user: string;
  /** '' for the platform's own. */
  tenant: string;
}

/** Named secrets as this host last read them, all of them sealed; one is opened when it is needed. */
@Injectable()
export class Secrets {
  /** Called after every change of what is there. */
  onChange: () => void = () => undefined;

  private rows: readonly SecretRow[] = [];
  private state = '';
  private readonly inStep: InStep;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Bus) bus: InStepOptions['bus'],
    @Inject(SecretsRepository) private readonly repository: SecretsRepository,
    @Inject(SecretBox) private readonly box: SecretBox,
  ) {
    this.inStep = new InStep({
      bus,
      logger,
      word: 'secrets_changed',
      everyMs: RELOAD_MS,
      read: () => this.readAll(),
      failure: 'The secrets could not be read',
    });
  }

  start(): Promise<void> {
    return this.inStep.start();
  }

  stop(): Promise<void> {
    return this.inStep.stop();
  }

  async list(tenant: string): Promise<SecretRow[]> {
    await this.inStep.read();
    return this.rows.filter((row) => row.tenant === tenant);
  }

  /** Every tenant's row of this name. */
  named(name: string): SecretRow[] {
    return this.rows.filter((row) => row.name === name);
  }

  /** Whether a row is the platform's own: what servers connect with, whoever calls. */
  isOfPlatform({ tenant }: Pick<SecretRow, 'tenant'>): boolean {
    return tenant === this.config.tenant;
  }

  /** @throws SwitchyardError `secrets.invalid`, `secrets.no_key`, `secrets.too_many` */
  async set(request: SetSecretRequest): Promise<SecretRow> {
    checkSecret(request);
    const { tenant, name, value, pools, actor } = request;
    const row = { tenant, name, used_by: sorted(request.usedBy), pools: sorted(pools), updated_by: actor };
    const set = await this.repository.set({ ...row, sealed: await this.box.seal(value, contextOf(row)) });
    this.logger.info({ tenant, name, used_by: row.used_by, actor }, 'A secret was set');
    await this.inStep.tell();
    return set;
  }

  /** @throws SwitchyardError `secrets.not_found` */
  async remove(tenant: string, name: string): Promise<void> {
    if (!(await this.repository.remove(tenant, name))) throw this.notFound(tenant, name);
    this.logger.info({ tenant, name }, 'A secret was removed');
    await this.inStep.tell();
  }

  /** Puts what is under an older master key under the current one. One that cannot be is told, and holds up no other. */
  async rotate(): Promise<{ rewrapped: number; current: number; failed: { row: SecretRow; error: unknown }[] }> {
    await this.inStep.read();
    const outcome = { rewrapped: 0, current: 0, failed: [] as { row: SecretRow; error: unknown }[] };
    for (const row of this.rows) {
      try {
        const sealed = await this.box.rewrap(row.sealed, contextOf(row));
        if (sealed && (await this.repository.rewrap(row, sealed))) outcome.rewrapped += 1;
        else outcome.current += 1;
      } catch (error) {
        outcome.failed.push({ row, error });
      }
    }
    await this.inStep.tell();
    this.logger.info({ ...outcome, failed: outcome.failed.length }, 'The secrets were put under the current key');
    return outcome;
  }

  /**
   * The value, for this use alone: whoever asks keeps it no longer than it is needed.
   *
   * @throws SwitchyardError `secrets.not_found`, `secrets.not_granted`, `secrets.unknown_key`, `secrets.unreadable`
   */
  async open(name: string, { user, tenant }: SecretUse): Promise<string> {
    const owner = tenant === '' ? this.config.tenant : tenant;
    const row = this.rows.find((each) => each.name === name && each.tenant === owner);
    if (!row) throw this.notFound(owner, name);
    if (!row.used_by.includes(user)) throw notGranted(name, user, 'tool');
    const { pool } = this.config.toolHost;
    if (row.pools.length > 0 && !row.pools.includes(pool)) throw notGranted(name, pool, 'pool');
    try {
      return await this.box.open(row.sealed, contextOf(row));
    } catch (error) {
      if (!(error instanceof SwitchyardError)) throw error;
      const { code, message, retryable, details } = error;
      throw new SwitchyardError(code, `The secret "${name}" is not to be had. ${message}`, {
        retryable,
        details: { ...details, secret: name },
        cause: error,
      });
    }
  }

  private notFound(tenant: string, name: string): SwitchyardError {
    const names = this.rows.filter((row) => row.tenant === tenant).map((row) => row.name);
    return new SwitchyardError(
      'secrets.not_found',
      `There is no secret "${name.slice(0, 64)}".${didYouMean(name, names)} \`switchyard secrets set\` makes one.`,
      { details: { secret: name.slice(0, 64) } },
    );
  }

  private async readAll(): Promise<void> {
    const rows = await this.repository.list();
    const state = JSON.stringify(
      rows.map(({ tenant, name, revision, updated_at }) => [tenant, name, revision, updated_at]),
    );
    const changed = state !== this.state;
    this.rows = rows;
    this.state = state;
    if (changed) this.onChange();
  }
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function notGranted(name: string, to: string, what: 'tool' | 'pool'): SwitchyardError {
  const who = what === 'tool' ? `"${to}"` : `the pool "${to}"`;
  return new SwitchyardError(
    'secrets.not_granted',
    `The secret "${name}" is not for ${who}. Set it again with all that may use it: \`switchyard secrets set ${name} --for …\`.`,
    { details: { secret: name, [what]: to } },
  );
}
