import type { IncomingMessage } from 'node:http';
import type { Context } from '@switchyard/telemetry';
import type { Identity } from '../auth/scopes.js';

/** What is known of a request besides what it says itself. */
export interface RequestState {
  /** The request's span is active in it. */
  readonly context: Context;
  readonly traceId: string;
  /** Who asks; absent on public routes. */
  identity?: Identity;
}

const states = new WeakMap<IncomingMessage, RequestState>();

export function setRequestState(request: IncomingMessage, state: RequestState): void {
  states.set(request, state);
}

export function requestState(request: IncomingMessage): RequestState | undefined {
  return states.get(request);
}
