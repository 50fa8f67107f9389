import { Inject, Injectable } from '@nestjs/common';
import { RpcClient } from '@switchyard/bus';
import { fromErrorInfo, RouterService, SwitchyardError, toErrorInfo } from '@switchyard/contracts';
import type { RunState } from '@switchyard/journal';
import type { ModelErrorKind } from '@switchyard/models';
import { RunFailure } from './run-failure.js';

/**
 * Failures that another backend need not have. Not `refused` (the content's), not `bad_request` (the agent's, but for a
 * model that the endpoint does not know), not `answer_too_large`.
 */
const MOVING_KINDS: ReadonlySet<string> = new Set<ModelErrorKind>([
  'rate_limited',
  'overloaded',
  'quota',
  'auth',
  'overflow',
  'malformed',
  'empty_answer',
  'broken_stream',
  'unavailable',
  'timeout',
]);

/** What a backend's failure means for a run that may move. */
export type Fallback =
  /** Another backend has it now, and its executors have been told. */
  | { is: 'moved'; backend: string }
  /** It was changed meanwhile, and has to be read again. */
  | { is: 'changed' }
  /** None is left. */
  | { is: 'failed'; failure: RunFailure };

/** Asks the router for another backend: it knows which there are, and what the agent needs of one. */
@Injectable()
export class FallbackService {
  constructor(@Inject(RpcClient) private readonly rpc: RpcClient) {}

  /** Whether a run should leave its backend over this error. One that has somewhere to go does not wait for long either. */
  applies(state: RunState, error: unknown): error is SwitchyardError {
    if (state.fallbacks.length === 0 || !(error instanceof SwitchyardError)) return false;
    const { kind, backend } = error.details;
    if (typeof kind !== 'string' || backend !== state.backend) return false;
    return MOVING_KINDS.has(kind) || error.code === 'model.not_found';
  }

  /**
   * @param state as the journal has it
   * @throws SwitchyardError `rpc.…` retryable
   */
  async ask(state: RunState, error: SwitchyardError): Promise<Fallback> {
    const { tenant, runId, backend, seq } = state;
    const request = { tenant, runId, backend, seq, error: toErrorInfo(error) };
    const reply = await this.rpc.call(RouterService.method.fallBack, request);
    if (reply.outcome === 'moved') return { is: 'moved', backend: reply.backend };
    if (reply.outcome === 'changed') return { is: 'changed' };
    return { is: 'failed', failure: reply.error ? RunFailure.of(fromErrorInfo(reply.error)) : RunFailure.of(error) };
  }
}
