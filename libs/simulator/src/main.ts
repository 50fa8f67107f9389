import { parseArgs } from 'node:util';
import { startSimulator } from './start-simulator.js';
import { SERVER_WIRES } from './wires/wires.js';

const USAGE = `Switchyard simulator: answers by rule over ${Object.keys(SERVER_WIRES).join(', ')}.

  node dist/main.js [--port 7460] [--host 127.0.0.1] [--latency MS]
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7460' },
      host: { type: 'string', default: '127.0.0.1' },
      latency: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port (0 to 65535)`);
  const simulator = await startSimulator({
    port,
    host: values.host,
    latencyMs: Number(values.latency),
    recordLimit: 0,
  });
  process.stdout.write(`switchyard-simulator listens at ${simulator.url} (answers by rule, no language model)\n`);
  const stop = (): void => void simulator.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  process.stderr.write(
    taken
      ? 'The port is taken. Choose another one with --port.\n'
      : `${error instanceof Error ? error.message : String(error)}\n${USAGE}`,
  );
  process.exitCode = 1;
});
