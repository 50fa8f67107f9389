import { loadConfig } from '@switchyard/config';
import { migrate } from './migrate.js';

// The migration job of a deployment: `node services/platform/dist/migrate-main.js`, before any service starts.
try {
  for (const { schema, applied } of await migrate(loadConfig().databaseUrl)) {
    console.error(`${schema}: ${applied.length === 0 ? 'up to date' : applied.join(', ')}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
