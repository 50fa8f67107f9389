import type { ServiceDefinition } from '@switchyard/service';
import { GatewayModule } from './gateway.module.js';
import { configureHttp } from './http/configure-http.js';

/** The HTTP edge. It holds no state: any replica can serve any stream. */
export const serviceDefinition: ServiceDefinition = {
  name: 'gateway',
  http: 'own',
  module: (context) => GatewayModule.register(context),
  configure: configureHttp,
};
