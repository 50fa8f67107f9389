import type { Command } from 'commander';
import type { SwitchyardClient } from '@switchyard/client';
import { dataFolder, findSystem, type SystemOptions } from './find-system.js';

export interface GlobalOptions extends SystemOptions {
  json?: boolean;
}

/** What every command has at hand. */
export interface CliContext {
  json: boolean;
  dataDir: string;
  /** The system that is meant; looked up when first asked for. */
  client(): Promise<SwitchyardClient>;
  /** With --json the value, as one JSON document; otherwise the text. */
  print(value: unknown, text: () => string): void;
}

export function contextOf(command: Command): CliContext {
  const options: GlobalOptions = command.optsWithGlobals();
  const json = options.json ?? false;
  return {
    json,
    dataDir: dataFolder(options),
    client: () => findSystem(options),
    print: (value, text) => console.log(json ? JSON.stringify(value, null, 2) : text()),
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
