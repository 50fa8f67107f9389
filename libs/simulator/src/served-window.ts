import type { SimulatedRequest } from './conversation.js';
import type { Fault } from './options.js';
import { inputTokens } from './tokens.js';

/** What an endpoint takes of a request when it has this window, or behaves as if it had. */
export interface Served {
  request: SimulatedRequest;
  window: number;
  /** Longer requests are answered as if they fitted. */
  silent: boolean;
}

/**
 * The window of an overflow fault goes before the server's own. `overflow-accepted` answers whatever comes and counts it all;
 * `overflow-truncated` drops the oldest messages, but for instructions and the last one, and counts what is left.
 */
export function served(request: SimulatedRequest, fault: Fault | undefined, ownWindow: number): Served {
  const window = fault?.fault.startsWith('overflow') === true ? (fault.window ?? ownWindow) : ownWindow;
  switch (fault?.fault) {
    case 'overflow-accepted':
      return { request, window, silent: true };
    case 'overflow-truncated':
      return { request: truncated(request, window), window, silent: true };
    default:
      return { request, window, silent: false };
  }
}

function truncated(request: SimulatedRequest, window: number): SimulatedRequest {
  let left = inputTokens(request) - window;
  const messages = request.messages.filter((message, index) => {
    if (left <= 0 || message.role === 'system' || index === request.messages.length - 1) return true;
    left -= inputTokens({ ...request, tools: [], messages: [message] });
    return false;
  });
  return { ...request, messages };
}
