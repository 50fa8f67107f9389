import type { Command } from 'commander';
import type { SwitchyardClient } from '@switchyard/client';
import { catalogueFolders } from './catalogue.js';
import { jsonText, printable } from './output/style.js';
import { dataFolder, findSystem, type SystemOptions } from './find-system.js';

export interface GlobalOptions extends SystemOptions {
  json?: boolean;
  catalogue?: string;
}

/** What every command has at hand. */
export interface CliContext {
  json: boolean;
  dataDir: string;
  /** Of the user's own catalogue entries. */
  catalogueFolders: readonly string[];
  /** Said with --url or SWITCHYARD_URL. */
  url: string | undefined;
  /** The system that is meant; looked up when first asked for. */
  client(): Promise<SwitchyardClient>;
  /** With --json the value, as one JSON document; otherwise the text. */
  print(value: unknown, text: () => string): void;
  /** Does one after the other and prints what each gave; with --json it is still one document: a list where there are several. */
  printEach<T>(items: readonly T[], run: (item: T) => Promise<Printable>): Promise<void>;
}

export interface Printable {
  value: unknown;
  text: () => string;
}

export function contextOf(command: Command): CliContext {
  const options: GlobalOptions = command.optsWithGlobals();
  const json = options.json ?? false;
  const print = (value: unknown, text: () => string) => console.log(json ? jsonText(value, 2) : printable(text()));
  return {
    json,
    dataDir: dataFolder(options),
    catalogueFolders: catalogueFolders(options.catalogue, dataFolder(options)),
    url: options.url ?? process.env['SWITCHYARD_URL'],
    client: () => findSystem(options),
    print,
    printEach: async (items, run) => {
      const values: unknown[] = [];
      for (const item of items) {
        const { value, text } = await run(item);
        if (!json) print(value, text);
        values.push(value);
      }
      if (json) print(values.length === 1 ? values[0] : values, () => '');
    },
  };
}

/** Makes a commander action out of a function that gets the context first. */
export function action<A extends unknown[]>(run: (context: CliContext, ...args: A) => Promise<void>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    // Commander gives the arguments, then the options, then the command itself.
    await run(contextOf(command), ...(given.slice(0, -1) as A));
  };
}
