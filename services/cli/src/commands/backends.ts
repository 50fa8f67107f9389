import type { Command } from 'commander';
import { BackendListSchema, BackendSchema, create, toWire, type Backend, type JsonObject } from '@switchyard/contracts';
import { action } from '../cli-context.js';
import { number } from '../arguments.js';
import { bold, green, harmless, red, yellow } from '../output/style.js';
import { oneLine } from '../output/format.js';
import { table } from '../output/table.js';
import { readDefinitions } from '../read-definition.js';

interface AddFlags {
  file?: string;
  url?: string;
  model?: string;
  api: string;
  keyEnv?: string;
  concurrency?: number;
}

export function addBackends(program: Command): void {
  const backends = program.command('backends').description('Model endpoints that runs are executed on');
  backends
    .command('list')
    .description('All backends with their health')
    .action(
      action(async (context) => {
        const found = await (await context.client()).backends.list();
        context.print(
          toWire(BackendListSchema, create(BackendListSchema, { backends: found }), { complete: true })['backends'],
          () => listText(found),
        );
      }),
    );
  backends
    .command('show')
    .description('One backend with its profile')
    .argument('<backend>')
    .action(
      action(async (context, name: string) => {
        const wire = toWire(BackendSchema, await (await context.client()).backends.get(name), { complete: true });
        context.print(wire, () => JSON.stringify(wire, null, 2));
      }),
    );
  backends
    .command('add')
    .description('Register an endpoint, or change it')
    .argument('[name]', 'letters, digits, "-" and "_"')
    .option('-f, --file <file>', 'a YAML or JSON file with one or more backends, instead of the options')
    .option('--endpoint <url>', 'base URL with its version: https://api.openai.com/v1')
    .option('--model <id>', "the model's name at that endpoint")
    .option(
      '--api <api>',
      'openai-chat, anthropic, openai-responses, gemini, bedrock, mistral, cohere or ollama',
      'openai-chat',
    )
    .option('--key-env <name>', "environment variable that holds the API key, in the executors' environment")
    .option('--concurrency <n>', 'runs at once, over all executors', number)
    .addHelpText(
      'after',
      `
Examples:
  switchyard backends add glm --endpoint https://api.z.ai/api/paas/v4 --model glm-5 --key-env ZAI_API_KEY
  switchyard backends add local --endpoint http://127.0.0.1:8000/v1 --model meta-llama/Llama-4-Scout-17B-16E-Instruct`,
    )
    .action(
      action(async (context, name: string | undefined, flags: AddFlags & { endpoint?: string }) => {
        const client = await context.client();
        const definitions = flags.file ? await readDefinitions(flags.file) : [fromFlags(name, flags)];
        await context.printEach(definitions, async (definition) => {
          const backend = await client.backends.apply(definition);
          const text = () =>
            `${bold(backend.name)} is registered: ${backend.model} at ${backend.baseUrl}${keyNote(backend)}`;
          return { value: toWire(BackendSchema, backend, { complete: true }), text };
        });
      }),
    );
  backends
    .command('remove')
    .description('Take a backend out; runs on it must be moved or ended')
    .argument('<backend>')
    .action(
      action(async (context, name: string) => {
        await (await context.client()).backends.remove(name);
        context.print({ removed: name }, () => `${name} is removed`);
      }),
    );
}

/** Executors read the key from their own environment, which is not to be seen from here; this one is often the same. */
function keyNote({ apiKeyEnv }: Backend): string {
  if (apiKeyEnv === '' || process.env[apiKeyEnv]) return '';
  return yellow(
    `\n${apiKeyEnv} is not set in this shell. The executors need it: where they run with \`npm start\`, start again with ${apiKeyEnv}=… npm start`,
  );
}

function fromFlags(name: string | undefined, flags: AddFlags & { endpoint?: string }): JsonObject {
  return {
    name: name ?? '',
    base_url: flags.endpoint ?? '',
    model: flags.model ?? '',
    api: flags.api,
    ...(flags.keyEnv ? { api_key_env: flags.keyEnv } : {}),
    ...(flags.concurrency ? { concurrency: flags.concurrency } : {}),
  };
}

function listText(backends: readonly Backend[]): string {
  if (backends.length === 0) return 'No backends. See: switchyard backends add --help';
  return table(
    ['BACKEND', 'MODEL', 'API', 'HEALTH', 'WINDOW', 'NOTE'],
    backends.map((backend) => [
      backend.name,
      harmless(backend.model),
      backend.api,
      health(backend),
      String(backend.profile?.['contextWindow'] ?? '–'),
      backend.simulated ? yellow('simulator: no model behind it') : harmless(oneLine(backend.note, 50)),
    ]),
  );
}

function health({ health }: Backend): string {
  if (health?.status === 'healthy') return green('healthy');
  if (health?.status === 'failing') return red(`failing (${health.lastError?.code ?? '?'})`);
  return 'unknown';
}
