import type { Bus } from '../bus.js';

export interface StreamOptions {
  /** Copies of every stream in a cluster. Default 1. */
  replicas?: number;
}

/**
 * Creates the streams that are missing and corrects what has drifted; doing it again changes nothing.
 *
 * @throws SwitchyardError `bus.stream_drift` naming what cannot be changed in a stream that exists
 */
export function ensureStreams(bus: Bus, options: StreamOptions = {}): Promise<void> {
  return Promise.reject(new Error(bus.name + String(options.replicas)));
}
