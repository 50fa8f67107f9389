import { isDeepStrictEqual } from 'node:util';
import type { StreamConfig } from '@nats-io/jetstream';
import type { StreamSpec } from './stream-specs.js';

export interface Drift {
  field: string;
  wanted: unknown;
  actual: unknown;
}

export interface StreamDrift {
  /** What an update puts right. */
  changeable: Drift[];
  /** What the server refuses to change in a stream that exists. */
  fixed: Drift[];
}

/** Fields that nats-server 2.15 refuses to update (error 10052), tried one by one. */
const FIXED: ReadonlySet<string> = new Set(['storage', 'retention', 'persist_mode']);

/** Where a stream differs from what it must be. Only fields that the specification names count. */
export function streamDrift(wanted: StreamSpec, actual: Partial<StreamConfig>): StreamDrift {
  const drift: StreamDrift = { changeable: [], fixed: [] };
  const current: Readonly<Record<string, unknown>> = { ...actual };
  for (const [field, value] of Object.entries(wanted)) {
    if (isDeepStrictEqual(value, current[field])) continue;
    (FIXED.has(field) ? drift.fixed : drift.changeable).push({ field, wanted: value, actual: current[field] });
  }
  return drift;
}
