import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '@switchyard/bus';
import {
  BackendSchema,
  create,
  EmptySchema,
  ErrorInfoSchema,
  fromStore,
  SwitchyardError,
  timestampFromDate,
  toWire,
  type Backend,
  type BackendReport,
  didYouMean,
} from '@switchyard/contracts';
import { BackendsRepository, type BackendRow } from './backends.repository.js';
import { readBackend } from './read-backend.js';

/** Backends, their profiles and their health. */
@Injectable()
export class BackendsService {
  constructor(
    @Inject(BackendsRepository) private readonly repository: BackendsRepository,
    @Inject(Bus) private readonly bus: Bus,
  ) {}

  /** @throws SwitchyardError `backend.invalid` */
  async apply(written: Backend): Promise<Backend> {
    const row = await this.repository.apply(readBackend(written));
    this.announce();
    return toMessage(row);
  }

  async list(): Promise<Backend[]> {
    return (await this.repository.list()).map(toMessage);
  }

  /** @throws SwitchyardError `backend.not_found` */
  async get(name: string): Promise<Backend> {
    const row = await this.repository.get(name);
    if (!row) throw await this.unknownBackend(name);
    return toMessage(row);
  }

  /** @throws SwitchyardError `backend.not_found`, `backend.in_use` while runs on it have not ended */
  async remove(name: string): Promise<void> {
    const outcome = await this.repository.remove(name);
    if (outcome === 'unknown') throw await this.unknownBackend(name);
    if (outcome === 'removed') return this.announce();
    throw new SwitchyardError(
      'backend.in_use',
      `The backend "${name}" has ${outcome.openRuns} run(s) that have not ended. Cancel them or wait for them, then remove it.`,
      { retryable: true, details: { backend: name, open_runs: outcome.openRuns } },
    );
  }

  /** What an executor saw. @throws SwitchyardError `backend.not_found` */
  async report({ name, ok, error }: BackendReport): Promise<void> {
    const known = await this.repository.report(name, ok, error ? toWire(ErrorInfoSchema, error) : null);
    if (!known) throw await this.unknownBackend(name);
  }

  /** Executors look at once; one that does not hear it looks by itself within seconds. */
  private announce(): void {
    this.bus.emit(this.bus.subjects.rpc('router', 'backends_changed'), EmptySchema, {});
  }

  private async unknownBackend(name: string): Promise<SwitchyardError> {
    const names = await this.repository.names();
    const known = names.length === 0 ? 'No backend is known yet: apply one.' : `Known: ${names.join(', ')}.`;
    return new SwitchyardError(
      'backend.not_found',
      `There is no backend "${name}".${didYouMean(name, names)} ${known}`,
      {
        details: { backend: name, known: names },
      },
    );
  }
}

function toMessage(row: BackendRow): Backend {
  const { name, api, model, profile, simulated, note, concurrency, status } = row;
  return create(BackendSchema, {
    name,
    baseUrl: row.base_url,
    api,
    model,
    profile,
    apiKeyEnv: row.api_key_env,
    simulated,
    note,
    concurrency,
    health: {
      status,
      consecutiveFailures: row.consecutive_failures,
      ...(row.last_error ? { lastError: fromStore(ErrorInfoSchema, row.last_error) } : {}),
      ...(row.checked_at ? { checkedAt: timestampFromDate(row.checked_at) } : {}),
    },
  });
}
