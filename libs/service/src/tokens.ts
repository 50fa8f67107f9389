/** Injects the `Config` that the service was started with. */
export const CONFIG = Symbol('switchyard.config');
/** Injects the service's `Logger`. */
export const LOGGER = Symbol('switchyard.logger');
