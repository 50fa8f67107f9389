import { z } from 'zod';

/** What a service says of itself on `$SRV.STATS`. Source: ADR-32, github.com/nats-io/nats-architecture-and-design */
const statsSchema = z.object({
  name: z.string(),
  id: z.string(),
  version: z.string().default(''),
  started: z.string().optional(),
  metadata: z.record(z.string(), z.string()).nullish(),
  endpoints: z
    .array(z.object({ subject: z.string(), num_requests: z.number().default(0), num_errors: z.number().default(0) }))
    .nullish(),
});

export const discoveredServiceSchema = z.object({
  name: z.string().describe('"switchyard-router".'),
  id: z.string().describe('One instance.'),
  version: z.string(),
  started: z.string().optional(),
  metadata: z.record(z.string(), z.string()),
  requests: z.number().describe('RPCs answered since it started.'),
  errors: z.number(),
});
export type DiscoveredService = z.infer<typeof discoveredServiceSchema>;

/** One answer; undefined where it is not of this platform (another prefix on the same NATS), or cannot be read. */
export function readStats(text: string, prefix: string): DiscoveredService | undefined {
  const parsed = statsSchema.safeParse(jsonOrNothing(text));
  if (!parsed.success) return undefined;
  const { endpoints, metadata, started, name, id, version } = parsed.data;
  const mine = (endpoints ?? []).filter(({ subject }) => subject.startsWith(`${prefix}.`));
  if (mine.length === 0 && !name.startsWith(`${prefix}-`)) return undefined;
  const sum = (pick: (endpoint: (typeof mine)[number]) => number) => mine.reduce((total, one) => total + pick(one), 0);
  return {
    name,
    id,
    version,
    ...(started === undefined ? {} : { started }),
    metadata: metadata ?? {},
    requests: sum((one) => one.num_requests),
    errors: sum((one) => one.num_errors),
  };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Anything may answer on $SRV; what is not JSON is not a service.
    return undefined;
  }
}
