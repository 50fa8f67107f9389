import type { JsonObject } from '@switchyard/contracts';
import type { RoutingSnapshot } from './snapshot.js';
import { STATE_VERSION } from './state.js';

/** A snapshot as it comes from storage or the bus; undefined where another version wrote it: learn it again from the log. */
export function readSnapshot(value: JsonObject | undefined): RoutingSnapshot | undefined {
  return value && isSnapshot(value) ? value : undefined;
}

/** Only the evaluator writes snapshots, by this library: what its version has is not looked at field by field. */
function isSnapshot(value: object): value is RoutingSnapshot {
  if (!('revision' in value && 'state' in value && 'priors' in value && 'certified' in value)) return false;
  const { state } = value;
  return typeof state === 'object' && state !== null && 'version' in state && state.version === STATE_VERSION;
}
