import { sql } from '@switchyard/persistence';
import type { Need } from './readiness.js';
import type { ServiceContext } from './service-definition.js';

/** What the service cannot work without: NATS, and Postgres where it has a database. */
export function needsOf({ bus, dataSource }: Pick<ServiceContext, 'bus' | 'dataSource'>): Need[] {
  const nats: Need = {
    name: 'nats',
    check: async () => {
      if (!bus.connection.isUp) throw new Error('not connected');
      await bus.nc.rtt();
    },
  };
  if (!dataSource) return [nats];
  return [nats, { name: 'postgres', check: () => sql(dataSource, 'SELECT 1') }];
}
