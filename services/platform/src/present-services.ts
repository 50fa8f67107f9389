import { askServices, type Bus } from '@switchyard/bus';
import { SERVICE_NAMES, type ServiceName } from './service-table.js';

/** How many instances of each service answer on the bus now. Services of another prefix on the same NATS do not count. */
export async function presentServices(bus: Bus): Promise<Record<ServiceName, number>> {
  const names = (await askServices(bus, 'PING')).map((text) => (JSON.parse(text) as { name?: string }).name);
  const count = (service: ServiceName) => names.filter((name) => name === `${bus.prefix}-${service}`).length;
  return Object.fromEntries(SERVICE_NAMES.map((service) => [service, count(service)])) as Record<ServiceName, number>;
}
