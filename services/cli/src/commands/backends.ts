import type { Command } from 'commander';
import {
  BackendListSchema,
  BackendSchema,
  create,
  timestampDate,
  toWire,
  type Backend,
  type JsonObject,
} from '@switchyard/contracts';
import { action, type CliContext } from '../cli-context.js';
import { coded, entryNamed } from '../catalogue.js';
import { number, positive } from '../arguments.js';
import { bold, green, harmless, red, yellow } from '../output/style.js';
import { oneLine } from '../output/format.js';
import { table } from '../output/table.js';
import { readDefinitions } from '../read-definition.js';
import { addCatalogue } from './backends-catalogue.js';
import { addCheck, addProbe } from './probe.js';

const DEFAULT_API = 'openai-chat';

interface AddFlags {
  file?: string;
  from?: string;
  url?: string;
  endpoint?: string;
  model?: string;
  api?: string;
  keyEnv?: string;
  concurrency?: number;
  tokensPerMinute?: number;
  requestsPerMinute?: number;
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
    .argument('[name]', 'letters, digits, "-" and "_"; or an entry of the catalogue, as zai/glm-5.2 or glm-5.2@zai')
    .option(
      '-f, --file <file>',
      'a YAML or JSON file with a backend, or YAML with several parted by "---", instead of the options',
    )
    .option('--from <entry>', 'an entry of the catalogue; the other options win over it')
    .option('--endpoint <url>', 'base URL with its version: https://api.openai.com/v1')
    .option('--model <id>', "the model's name at that endpoint")
    .option(
      '--api <api>',
      'openai-chat (default), anthropic, openai-responses, gemini, bedrock, mistral, cohere, ollama or completion',
    )
    .option('--key-env <name>', "environment variable that holds the API key, in the executors' environment")
    .option('--concurrency <n>', 'runs at once, over all executors', number)
    .option('--tokens-per-minute <n>', 'input and output together, over all executors', positive)
    .option('--requests-per-minute <n>', 'over all executors', positive)
    .addHelpText(
      'after',
      `
Examples:
  switchyard backends add zai/glm-5.2
  switchyard backends add scout --from llama-4-scout@groq --tokens-per-minute 300000 --requests-per-minute 60
  switchyard backends add glm --endpoint https://api.z.ai/api/paas/v4 --model glm-5 --key-env ZAI_API_KEY
  switchyard backends add local --endpoint http://127.0.0.1:8000/v1 --model meta-llama/Llama-4-Scout-17B-16E-Instruct`,
    )
    .action(
      action(async (context, name: string | undefined, flags: AddFlags) => {
        const definitions = flags.file ? await fromFile(flags.file) : [await fromFlags(context, name, flags)];
        const client = await context.client();
        await context.printEach(definitions, async (definition) => {
          const backend = await client.backends.apply(definition);
          const text = () =>
            `${bold(backend.name)} is registered: ${backend.model} at ${backend.baseUrl}${keyNote(backend)}`;
          return { value: toWire(BackendSchema, backend, { complete: true }), text };
        });
      }),
    );
  addCatalogue(backends);
  addProbe(backends);
  addCheck(backends);
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

/** In a file the API has the default that it has among the options. */
async function fromFile(file: string): Promise<JsonObject[]> {
  return (await readDefinitions(file)).map((definition) => ({ api: DEFAULT_API, ...definition }));
}

/** A name that cannot be a backend's is one of the catalogue. */
async function fromFlags(context: CliContext, name: string | undefined, flags: AddFlags): Promise<JsonObject> {
  const entryName = flags.from ?? (name !== undefined && /[/@]/.test(name) ? name : undefined);
  const base = entryName === undefined ? {} : await fromCatalogue(context, entryName);
  const given = flags.from === undefined && entryName !== undefined ? undefined : name;
  return {
    name: '',
    base_url: '',
    model: '',
    api: DEFAULT_API,
    ...base,
    ...(given === undefined ? {} : { name: given }),
    ...(flags.endpoint ? { base_url: flags.endpoint } : {}),
    ...(flags.model ? { model: flags.model } : {}),
    ...(flags.api ? { api: flags.api } : {}),
    ...(flags.keyEnv ? { api_key_env: flags.keyEnv } : {}),
    ...(flags.concurrency ? { concurrency: flags.concurrency } : {}),
    ...(flags.tokensPerMinute ? { tokens_per_minute: flags.tokensPerMinute } : {}),
    ...(flags.requestsPerMinute ? { requests_per_minute: flags.requestsPerMinute } : {}),
  };
}

async function fromCatalogue(context: CliContext, entryName: string): Promise<JsonObject> {
  const entry = await entryNamed(context.catalogueFolders, entryName);
  const { resolveEntry } = await import('@switchyard/models');
  const backend = await coded(() => resolveEntry(entry, process.env));
  return {
    name: backend.name,
    base_url: backend.baseUrl,
    model: backend.model,
    api: backend.api,
    ...(backend.apiKeyEnv === undefined ? {} : { api_key_env: backend.apiKeyEnv }),
    // The router completes it with the defaults of its own version.
    profile: JSON.parse(JSON.stringify(entry.profile)) as JsonObject,
    note: `Catalogue: ${entry.name}, as of ${entry.asOf}`,
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
  if (health?.openUntil) {
    const until = timestampDate(health.openUntil);
    const code = health.lastError?.code ?? '?';
    return until > new Date()
      ? red(`left alone until ${until.toISOString().slice(11, 19)} (${code})`)
      : yellow(`tried again (${code})`);
  }
  if (health?.status === 'healthy') return green('healthy');
  if (health?.status === 'failing') return red(`failing (${health.lastError?.code ?? '?'})`);
  return 'unknown';
}
