import { loadConfig } from '@switchyard/config';
import { createLogger, type Logger } from '@switchyard/telemetry';
import type { ServiceDefinition } from './service-definition.js';
import { startService, type RunningService } from './start-service.js';
import { withDeadline } from './with-deadline.js';

/** Beyond the grace for handlers: closing connections, sending the last spans. */
const CLOSE_MS = 10_000;

/**
 * The whole of a service's main.ts: reads the environment, starts, stops on SIGTERM and SIGINT (the second one stops at
 * once), and says why it cannot work. Exit codes: 0 stopped, 1 could not start or did not stop in good order.
 */
export async function runService(definition: ServiceDefinition): Promise<void> {
  const logger = createLogger(`switchyard-${definition.name}`);
  try {
    const config = loadConfig();
    const healthPort = config.health.port;
    const service = await startService(definition, healthPort === undefined ? { config } : { config, healthPort });
    stopOnSignal(service, logger, config.stopGraceMs + CLOSE_MS);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'internal';
    logger.fatal({ err: error, code }, `${definition.name} cannot start: ${message}`);
    process.exit(1);
  }
}

function stopOnSignal(service: RunningService, logger: Logger, limitMs: number): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) {
      logger.warn(`${service.name} was told twice to stop: it stops at once`);
      process.exit(1);
    }
    stopping = true;
    logger.info({ signal }, `${service.name} stops`);
    try {
      await withDeadline(service.stop(), limitMs, `it did not stop within ${limitMs} ms`);
      process.exit(0);
    } catch (error) {
      logger.error({ err: error }, `${service.name} did not stop in good order`);
      process.exit(1);
    }
  };
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}
