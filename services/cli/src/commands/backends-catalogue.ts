import type { Command } from 'commander';
import type { CatalogueEntry } from '@switchyard/models';
import { action } from '../cli-context.js';
import { listEntries } from '../catalogue.js';
import { harmless } from '../output/style.js';
import { table } from '../output/table.js';

/** What is known of real endpoints. Nothing is asked of a system: it works without one. */
export function addCatalogue(backends: Command): void {
  backends
    .command('catalogue')
    .description('Real endpoints that are known, with their limits; no system is needed')
    .argument('[filter...]', 'words that the name, model or API must have')
    .option('--schema', 'the JSON Schema of a file of entries instead, for editors')
    .addHelpText(
      'after',
      `
Your own entries stand beside them, in YAML files below --catalogue, and win over those of the same name.

Examples:
  switchyard backends catalogue llama-4-scout
  switchyard backends catalogue zai glm
  switchyard --json backends catalogue glm-5.2
  switchyard backends catalogue --schema > catalogue.schema.json`,
    )
    .action(
      action(async (context, filter: string[], flags: { schema?: boolean }) => {
        const { CATALOGUE_SCHEMA, defineProfile } = await import('@switchyard/models');
        if (flags.schema) {
          context.print(CATALOGUE_SCHEMA, () => JSON.stringify(CATALOGUE_SCHEMA, null, 2));
          return;
        }
        const found = await listEntries(context.catalogueFolders, filter.join(' '));
        context.print(found.map(told), () => {
          if (found.length === 0)
            return 'Nothing like that is in the catalogue. See all: switchyard backends catalogue';
          return table(
            ['ENTRY', 'MODEL', 'API', 'WINDOW', 'OUTPUT', 'TOOLS', 'KEY', 'AS OF'],
            found.map((entry) => {
              const { contextWindow, maxOutputTokens, tools } = defineProfile(entry.profile);
              const limits = [contextWindow, maxOutputTokens].map((tokens) => tokens.toLocaleString('en-GB'));
              const { name, model, api, apiKeyEnv = '–', asOf } = entry;
              return [name, harmless(model), api, ...limits, tools.mode, apiKeyEnv, asOf];
            }),
          );
        });
      }),
    );
}

/** In the words of the files. */
function told(entry: CatalogueEntry): object {
  return {
    name: entry.name,
    title: entry.title,
    base_url: entry.baseUrl,
    api: entry.api,
    model: entry.model,
    ...(entry.apiKeyEnv === undefined ? {} : { api_key_env: entry.apiKeyEnv }),
    ...(Object.keys(entry.variables).length === 0 ? {} : { variables: entry.variables }),
    profile: entry.profile,
    sources: entry.sources,
    as_of: entry.asOf,
    ...(entry.notes === undefined ? {} : { notes: entry.notes }),
    file: entry.file,
  };
}
