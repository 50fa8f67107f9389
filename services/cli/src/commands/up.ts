import type { Command } from 'commander';
import type { Running } from '@switchyard/platform';
import { failuresOf } from '../failures.js';
import { reportFailure } from '../report-failure.js';
import { dataFolder, type SystemOptions } from '../find-system.js';
import { EXIT } from '../exit-codes.js';
import { number, port } from '../arguments.js';
import { bold, cyan, dim, green, yellow } from '../output/style.js';
import { duration } from '../output/format.js';

interface UpFlags extends SystemOptions {
  separate?: boolean;
  replicas?: number;
  port?: number;
  natsPort?: number;
  natsMonitorPort?: number;
  postgresPort?: number;
  simulatorPort?: number;
  json?: boolean;
}

export function addUp(program: Command): void {
  program
    .command('up')
    .description('Start a whole system on this machine, and stop it with Ctrl-C')
    .option('--separate', 'each service in a process of its own')
    .option('--replicas <n>', 'with --separate: processes of each service (default 1)', number)
    .option('--port <n>', 'port of the gateway (default 7400)', port)
    .option('--nats-port <n>', 'port of NATS (default 7422)', port)
    .option('--nats-monitor-port <n>', "port of NATS' monitoring (default 7423)", port)
    .option('--postgres-port <n>', 'port of Postgres (default 7432)', port)
    .option('--simulator-port <n>', 'port of the simulator (default 7460)', port)
    .addHelpText(
      'after',
      `
NATS_URL and DATABASE_URL name servers that are already there; then none is started.
API keys of model providers (OPENAI_API_KEY, ANTHROPIC_API_KEY, …) and local model servers are found by themselves.

Examples:
  switchyard up
  switchyard up --separate --data /var/lib/switchyard
  OPENAI_API_KEY=… switchyard up --port 8400`,
    )
    .action(async (_flags: unknown, command: Command) => run(command.optsWithGlobals<UpFlags>()));
}

async function run(flags: UpFlags): Promise<void> {
  // Loaded only here: the other commands should not wait for the services' code.
  const { up } = await import('@switchyard/platform');
  const given = {
    dataDir: dataFolder(flags),
    separate: flags.separate,
    replicas: flags.replicas,
    gatewayPort: flags.port,
    natsPort: flags.natsPort,
    natsMonitorPort: flags.natsMonitorPort,
    postgresPort: flags.postgresPort,
    simulatorPort: flags.simulatorPort,
    progress: (line: string) => console.error(dim(`  ${line}`)),
  };
  const signal = interruption();
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const running = await up({ ...options, signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    console.error(dim('  Stopped before it was up'));
    return process.exit(EXIT.interrupted);
  });
  if (flags.json) console.log(JSON.stringify({ ...running.connection, ready_ms: Math.round(running.readyMs) }));
  else console.log(banner(running, flags));

  const ended = await Promise.race([once(signal), running.failed]);
  if (!signal.aborted) console.error(dim('  Stopping'));
  const failures = [...(ended instanceof Error ? [ended] : []), ...(await failuresOf(running.stop()))];
  const code = failures.map((failure) => reportFailure(failure, flags.json ?? false))[0] ?? EXIT.ok;
  if (failures.length === 0) console.error(dim('  Stopped; everything is kept for the next start'));
  // Nothing is left to do; a library's timer, or a part that did not stop, must not keep the terminal waiting.
  process.exit(code);
}

/** Aborted by Ctrl-C and the like, which is heard while the system is still starting, too. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      console.error(dim('  Stopping'));
      controller.abort();
    });
  }
  return controller.signal;
}

async function once(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function banner({ connection, first, readyMs }: Running, flags: UpFlags): string {
  const at = flags.data === undefined ? '' : ` --data ${flags.data}`;
  const backends = first.backends.map(
    ({ name, model, simulated, note }) =>
      `${bold(name)} (${model})${simulated ? yellow(' simulator, no model behind it') : dim(` ${note}`)}`,
  );
  const lines = [
    '',
    `${green('Switchyard is up')} ${dim(`in ${duration(readyMs)}`)}`,
    '',
    `  Gateway    ${cyan(connection.gateway_url)}   API documentation: ${cyan(`${connection.gateway_url}/docs`)}`,
    `  NATS       ${cyan(new URL(connection.nats_url).host)}`,
    `  Postgres   ${cyan(new URL(connection.database_url).host)}`,
    `  Backends   ${backends.join('\n             ') || 'none yet: switchyard backends add --help'}`,
  ];
  if (first.backends.length > 0 && first.backends.every(({ simulated }) => simulated)) {
    lines.push(
      dim('             For a real model set OPENAI_API_KEY, ANTHROPIC_API_KEY, … or start Ollama, and start again.'),
    );
  }
  if (first.keyIsNew)
    lines.push(
      '',
      `  API key    ${bold(first.apiKey)}   ${dim('shown this once; kept in the data folder, readable by you only')}`,
    );
  lines.push(
    '',
    'Try, in another terminal:',
    '',
    `  npx switchyard${at} run "What is 17% of 2340?"`,
    `  npx switchyard${at} run "Remember that my favourite colour is teal"`,
    `  npx switchyard${at} runs list`,
    '',
    dim('Ctrl-C stops it.'),
  );
  return lines.join('\n');
}
