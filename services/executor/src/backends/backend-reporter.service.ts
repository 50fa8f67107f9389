import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import {
  ErrorInfoSchema,
  RouterService,
  create,
  type MessageInitShape,
  type BackendReportSchema,
} from '@switchyard/contracts';
import type { ModelError } from '@switchyard/models';
import { LOGGER } from '@switchyard/service';
import { metrics, type Logger } from '@switchyard/telemetry';
import { isBackendFailure } from '../turn/retry-policy.js';

/** News that all is well is sent no more often than this a backend, in milliseconds; a change at once. */
const WELL_AGAIN_MS = 5_000;

/** Tells the router how backends behave; its choice of a backend depends on it. A report that is lost is no loss. */
@Injectable()
export class BackendReporter {
  readonly #last = new Map<string, { ok: boolean; at: number }>();

  constructor(
    @Inject(RpcClient) private readonly rpc: RpcClient,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @param news that it works is not known to all: it is told at once */
  succeeded(name: string, news = false): void {
    const last = this.#last.get(name);
    if (!news && last?.ok && Date.now() - last.at < WELL_AGAIN_MS) return;
    void this.#send({ name, ok: true });
  }

  /** Resolves when the router knows, or cannot be told. */
  async failed(name: string, error: ModelError): Promise<void> {
    metrics
      .counter('switchyard_model_errors_total', 'Model requests that failed.', ['backend', 'kind'])
      .inc({ backend: name, kind: error.kind });
    if (!isBackendFailure(error)) return;
    const { code, message, retryable } = error;
    await this.#send({ name, ok: false, error: create(ErrorInfoSchema, { code, message, retryable }) });
  }

  async #send(report: MessageInitShape<typeof BackendReportSchema> & { name: string; ok: boolean }): Promise<void> {
    this.#last.set(report.name, { ok: report.ok, at: Date.now() });
    try {
      await this.rpc.call(RouterService.method.reportBackend, report);
    } catch (error) {
      this.logger.debug({ err: error, backend: report.name }, 'The router did not take a report about a backend');
    }
  }
}
