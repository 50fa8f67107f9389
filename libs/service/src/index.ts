export { BUNDLE_SERVICES, BundleOwner } from './bundle/bundle-owner.js';
export { BundleRecords } from './bundle/bundle-records.js';
export { bounded } from './bounded.js';
export { CONFIG, LOGGER } from './tokens.js';
export type { ListenAddress, ServiceContext, ServiceDefinition } from './service-definition.js';
export { startService, type RunningService, type StartOptions } from './start-service.js';
export { runService } from './run-service.js';
export { Repeated, type RepeatedOptions } from './repeated.js';
export { triggerPoint } from './trigger-point.js';
