import { SwitchyardError } from '@switchyard/contracts';
import type { CallKind } from '@switchyard/journal';
import type { OwnCallHandler } from './own-call.js';

/** Injects the handlers of all kinds: `OwnCallHandler[]`. */
export const OWN_CALL_HANDLERS = Symbol('executor.own-call-handlers');

/** Who settles calls of which kind. */
export class OwnCalls {
  readonly #handlers = new Map<CallKind, OwnCallHandler>();

  /** @throws Error where two are there for one kind: the process does not start */
  constructor(handlers: readonly OwnCallHandler[]) {
    for (const handler of handlers) {
      for (const kind of handler.kinds) {
        if (kind === 'tool' || this.#handlers.has(kind))
          throw new Error(`Two handlers would settle calls of kind "${kind}": a defect in the executor's module.`);
        this.#handlers.set(kind, handler);
      }
    }
  }

  /** @throws SwitchyardError `executor.call_kind` retryable: another executor may be newer, and know it */
  of(kind: CallKind): OwnCallHandler {
    const handler = this.#handlers.get(kind);
    if (handler) return handler;
    throw new SwitchyardError(
      'executor.call_kind',
      `This executor cannot settle calls of kind "${kind}". Start executors of the version that requested the call.`,
      { retryable: true, details: { kind } },
    );
  }
}
