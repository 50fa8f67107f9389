import { tableKind } from '@switchyard/persistence';

/** Rules on tool calls that hold for every agent of a tenant. */
export const POLICIES = tableKind({ kind: 'policy', part: 'agents', table: 'registry.policies', key: ['name'] });
