import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SwitchyardError } from '@switchyard/contracts';
import type { CatalogueEntry } from '@switchyard/models';

/** Where the user's own entries are: `--catalogue` or SWITCHYARD_CATALOGUE, else the folder `catalogue` of the data folder, if it is there. */
export function catalogueFolders(said: string | undefined, dataDir: string): string[] {
  if (said) return [said];
  const folder = join(dataDir, 'catalogue');
  return existsSync(folder) ? [folder] : [];
}

/** An entry by its name. */
export type EntryFinder = (name: string) => Promise<CatalogueEntry>;

/** Finds entries; what is read is read once, when the first is asked for. */
export function entryFinder(folders: readonly string[]): EntryFinder {
  let whole: ReturnType<typeof readAll> | undefined;
  return async (name) => {
    whole ??= readAll(folders);
    const catalogue = await whole;
    const { findEntry } = await import('@switchyard/models');
    return coded(() => findEntry(catalogue, name));
  };
}

/** One entry by its name; where the name says the provider, nothing else is read. */
export async function entryNamed(folders: readonly string[], name: string): Promise<CatalogueEntry> {
  const { findEntry, loadCatalogue, providerOf } = await import('@switchyard/models');
  const provider = providerOf(name);
  if (provider !== undefined) {
    const few = await coded(() => loadCatalogue({ folders, provider }));
    if ([...few.values()].some((entry) => entry.provider === provider)) return coded(() => findEntry(few, name));
  }
  return entryFinder(folders)(name);
}

/** All entries whose name, title, model or API has the filter's words. */
export async function listEntries(folders: readonly string[], filter: string | undefined): Promise<CatalogueEntry[]> {
  const words = (filter ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return [...(await readAll(folders)).values()].filter((entry) => {
    const text = `${entry.name} ${entry.title} ${entry.model} ${entry.api}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

async function readAll(folders: readonly string[]) {
  const { loadCatalogue } = await import('@switchyard/models');
  return coded(() => loadCatalogue({ folders }));
}

/** What the library throws, as the commands report it. */
export async function coded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { CatalogueError } = await import('@switchyard/models');
    if (!CatalogueError.is(error)) throw error;
    throw new SwitchyardError(error.code, error.message, { details: error.details, cause: error });
  }
}
