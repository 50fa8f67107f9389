import type { Command } from 'commander';
import {
  BackendListSchema,
  BackendSchema,
  create,
  SwitchyardError,
  toWire,
  type JsonObject,
} from '@switchyard/contracts';
import type { ProbeOptions, ProbeResult, WireApiName } from '@switchyard/models';
import { action, type CliContext, type Printable } from '../cli-context.js';
import { EXIT } from '../exit-codes.js';
import { harmless, red } from '../output/style.js';
import { ProgressLine } from '../output/progress.js';
import { backendOf, definitionOf } from '../probe/definition.js';
import { announced, changesText, spent } from '../probe/probe-text.js';
import { readDefinitions } from '../read-definition.js';
import { writeText } from '../write-text.js';

interface ProbeFlags {
  model?: string;
  keyEnv?: string;
  api?: string;
  name?: string;
  out?: string;
  apply?: boolean;
}

export function addProbe(backends: Command): void {
  backends
    .command('probe')
    .description('Find out what an endpoint speaks and takes, by at most 25 small requests, and write its backend')
    .argument('<endpoint>', 'base URL: http://127.0.0.1:8000/v1')
    .option('--model <id>', "the model's name at that endpoint; needed where it serves several")
    .option('--key-env <name>', 'environment variable that holds the API key, here and at the executors')
    .option('--api <api>', 'what it speaks, where that is known; found out otherwise')
    .option('--name <name>', 'of the backend: letters, digits, "-" and "_"')
    .option('--out <file>', 'write the YAML there; what stood there is lost')
    .option('--apply', 'register the backend as well')
    .addHelpText(
      'after',
      `
What is found goes to standard output as YAML, with a comment that says how each thing was found out. Read it, correct it, and register it
with \`switchyard backends add -f FILE\`. Requests cost what the endpoint charges for them; the sum is said before and after.

Examples:
  switchyard backends probe http://127.0.0.1:8000/v1 --out scout.yaml
  switchyard backends probe https://api.z.ai/api/paas/v4 --model glm-5 --key-env ZAI_API_KEY --name glm --apply`,
    )
    .action(
      action(async (context, endpoint: string, flags: ProbeFlags) => {
        const result = await probe({
          baseUrl: endpoint,
          model: flags.model,
          api: await apiNamed(flags.api),
          name: flags.name,
          ...keyOf(flags.keyEnv),
        });
        const definition = await definitionOf(result);
        const { notesOf, profileFile } = await import('../probe/profile-file.js');
        const text = profileFile(definition, result, new Date().toISOString().slice(0, 10));
        if (flags.out !== undefined) await writeText(flags.out, text);
        if (flags.apply) await (await context.client()).backends.apply(definition);
        for (const note of notesOf(result)) console.error(note);
        console.error(`Done: ${spent(result)}.`);
        const { findings, notTried, requests, usage, costUsd, warnings } = result;
        const value = {
          backend: definition,
          findings,
          not_tried: notTried,
          requests,
          usage,
          cost_usd: costUsd ?? null,
          warnings,
          file: flags.out ?? null,
          applied: flags.apply ?? false,
        };
        const applied = flags.apply ? `${result.backend.name} is registered` : '';
        const written = flags.out === undefined ? text.trimEnd() : `${flags.out} is written`;
        context.print(value, () => [written, applied].filter((line) => line !== '').join('\n'));
      }),
    );
}

export function addCheck(backends: Command): void {
  backends
    .command('check')
    .description('Probe again and show what has changed; without an argument all registered backends')
    .argument('[backend]', 'the name of a registered backend, or a file: with "/", or ending in .yaml, .yml or .json')
    .addHelpText(
      'after',
      `
Exit status 1 where anything is otherwise than the profile says, for the worse or not; 0 where all that was looked at is as it says.

Examples:
  switchyard backends check scout
  switchyard backends check ./scout.yaml`,
    )
    .action(
      action(async (context, named: string | undefined) => {
        const definitions = await definitionsOf(context, named);
        await context.printEach(definitions, async (definition) => {
          try {
            return await checked(definition);
          } catch (error) {
            // Of several, those that cannot be probed keep none of the others from it.
            if (definitions.length === 1 || !(error instanceof SwitchyardError)) throw error;
            process.exitCode = EXIT.failed;
            const { code, message } = error;
            const backend = String(definition['name']);
            const text = () => `${red(`${backend} cannot be probed`)}: ${harmless(message)} [${code}]`;
            return { value: { backend, error: { code, message } }, text };
          }
        });
      }),
    );
}

/** Probes a backend again, and says what is otherwise than its profile has it. */
async function checked(definition: JsonObject): Promise<Printable> {
  const { compareProfiles } = await import('@switchyard/models');
  const { name, baseUrl, model, api, profile, apiKeyEnv } = await backendOf(definition);
  const result = await probe({ baseUrl, model, api, name, ...keyOf(apiKeyEnv) });
  const changes = compareProfiles(profile, result);
  if (changes.length > 0) process.exitCode = EXIT.failed;
  const { requests, usage, costUsd, warnings } = result;
  return {
    value: { backend: name, changes, requests, usage, cost_usd: costUsd ?? null, warnings },
    text: () => changesText(name, changes, result),
  };
}

/** Probes with progress on standard error. @throws SwitchyardError with the code of whatever the endpoint or the network did */
async function probe(options: ProbeOptions): Promise<ProbeResult> {
  const { cataloguePrices, MAX_PROBE_REQUESTS, ModelError, priceOf, PROBE_TOKENS, probeEndpoint, NO_USAGE } =
    await import('@switchyard/models');
  const { input, output } = PROBE_TOKENS;
  const prices = await cataloguePrices(options.baseUrl, options.model ?? '');
  const most = { ...NO_USAGE, inputTokens: input, uncachedInputTokens: input, outputTokens: output };
  console.error(announced(MAX_PROBE_REQUESTS, PROBE_TOKENS, prices === null ? undefined : priceOf(most, { prices })));
  const line = new ProgressLine();
  try {
    return await probeEndpoint({
      ...options,
      onProgress: ({ requests, maxRequests, now }) => line.update(`[${requests}/${maxRequests}] ${now}`),
    });
  } catch (error) {
    if (!ModelError.is(error)) throw error;
    throw new SwitchyardError(error.code, error.message, { retryable: error.retryable, cause: error });
  } finally {
    line.clear();
  }
}

async function apiNamed(text: string | undefined): Promise<WireApiName | undefined> {
  if (text === undefined) return undefined;
  const { WIRE_API_NAMES } = await import('@switchyard/models');
  const api = WIRE_API_NAMES.find((name) => name === text);
  if (api === undefined) throw new SwitchyardError('usage.invalid', `--api is one of ${WIRE_API_NAMES.join(', ')}.`);
  return api;
}

/** The key is read here and goes nowhere but to the endpoint. */
function keyOf(name: string | undefined): { apiKeyEnv?: string; apiKey?: string } {
  if (name === undefined) return {};
  const apiKey = process.env[name];
  if (!apiKey)
    throw new SwitchyardError(
      'usage.invalid',
      `${name} is not set in this shell. It has to hold the API key of the endpoint.`,
    );
  return { apiKeyEnv: name, apiKey };
}

async function definitionsOf(context: CliContext, named: string | undefined): Promise<JsonObject[]> {
  if (named !== undefined && /[/\\]|\.(?:ya?ml|json)$|^-$/u.test(named)) return readDefinitions(named);
  const client = await context.client();
  if (named !== undefined) return [toWire(BackendSchema, await client.backends.get(named), { complete: true })];
  const names = (await client.backends.list()).map(({ name }) => name);
  const found = await Promise.all(names.map((name) => client.backends.get(name)));
  const list = toWire(BackendListSchema, create(BackendListSchema, { backends: found }), { complete: true });
  const backends = list['backends'];
  return Array.isArray(backends)
    ? backends.filter((each): each is JsonObject => typeof each === 'object' && each !== null && !Array.isArray(each))
    : [];
}
