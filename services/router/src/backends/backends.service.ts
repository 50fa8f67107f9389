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
import { LOGGER } from '@switchyard/service';
import type { Logger } from '@switchyard/telemetry';
import { BackendsRepository, type BackendRow } from './backends.repository.js';
import { pauseBackend, resumeBackend } from './consumer-pause.js';
import { shorten } from '../shared/shorten.js';
import { readBackend, type ReadBackend } from './read-backend.js';

/** Bytes of all backends together; with their health they fit into one reply of NATS' megabyte. */
const MAX_ALL_BYTES = 500_000;
/** Characters of the last error's message that a list shows. */
const LISTED_CHARACTERS = 300;

/** Backends, their profiles and their health. */
@Injectable()
export class BackendsService {
  constructor(
    @Inject(BackendsRepository) private readonly repository: BackendsRepository,
    @Inject(Bus) private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws SwitchyardError `backend.invalid`, `backend.too_many` */
  async apply(written: Backend): Promise<Backend> {
    const backend = readBackend(written);
    await this.checkRoom(backend);
    const before = await this.repository.get(backend.name);
    const row = await this.repository.apply(backend);
    this.announce();
    if (before?.open_until && !row.open_until) await this.tolerate(backend.name, resumeBackend(this.bus, backend.name));
    return toMessage(row);
  }

  async list(): Promise<Backend[]> {
    return (await this.repository.list()).map(listedBackend);
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
    const { before, after } = known;
    if (before?.getTime() === after?.getTime()) return;
    this.announce();
    if (after === null) return this.logger.info({ backend: name }, 'A backend answers again: its circuit is closed');
    this.logger.warn({ backend: name, open_until: after, err: error }, 'A backend fails: its circuit is open');
    await this.tolerate(name, pauseBackend(this.bus, name, after));
  }

  /** Executors hold back by themselves too: what the queue does saves them work. */
  private async tolerate(backend: string, work: Promise<unknown>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.logger.warn({ err: error, backend }, "The pause of a backend's queue could not be changed");
    }
  }

  /** Executors, the gateway and the doctor are given all backends in one reply: no more are taken than fit. */
  private async checkRoom(backend: ReadBackend): Promise<void> {
    const others = (await this.repository.list()).filter(({ name }) => name !== backend.name);
    const bytes = others.reduce((sum, row) => sum + bytesOfRow(row), Buffer.byteLength(JSON.stringify(backend)));
    if (bytes <= MAX_ALL_BYTES || others.length === 0) return;
    throw new SwitchyardError(
      'backend.too_many',
      `The backend "${backend.name}" was not applied: with it, the ${others.length + 1} backends would have ${bytes} bytes, and ${MAX_ALL_BYTES} are allowed. Remove one that is not used, or shorten notes and profiles.`,
      { details: { bytes, limit: MAX_ALL_BYTES } },
    );
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
    tokensPerMinute: row.tokens_per_minute,
    requestsPerMinute: row.requests_per_minute,
    health: {
      status,
      consecutiveFailures: row.consecutive_failures,
      ...(row.last_error ? { lastError: fromStore(ErrorInfoSchema, row.last_error) } : {}),
      ...(row.open_until ? { openUntil: timestampFromDate(row.open_until) } : {}),
      ...(row.checked_at ? { checkedAt: timestampFromDate(row.checked_at) } : {}),
    },
  });
}

/** As lists show it: the last error is its code and the beginning of its message. */
function listedBackend(row: BackendRow): Backend {
  const backend = toMessage(row);
  const error = backend.health?.lastError;
  if (!error) return backend;
  error.message = shorten(error.message, LISTED_CHARACTERS);
  error.details = {};
  return backend;
}

function bytesOfRow({ last_error: _error, ...row }: BackendRow): number {
  return Buffer.byteLength(JSON.stringify(row));
}
