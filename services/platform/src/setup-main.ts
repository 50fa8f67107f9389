import { firstSteps } from './first-steps.js';

// The set-up job of a deployment: `node services/platform/dist/setup-main.js`, once the router runs. Registers the
// backends that the environment offers (SWITCHYARD_SIMULATOR_URL: a simulator), the first agent, and the first key.
try {
  const { env } = process;
  const first = await firstSteps({
    env,
    dataDir: env['SWITCHYARD_DATA_DIR'] ?? '/data',
    simulatorUrl: env['SWITCHYARD_SIMULATOR_URL'],
  });
  console.log(`Backends: ${first.backends.map(({ name }) => name).join(', ') || 'none'}`);
  if (first.keyIsNew) console.log(`First API key, shown this once: ${first.apiKey}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
