import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CatalogueEntry } from './catalogue-entry.js';
import { CatalogueError, MAX_FILE_CHARACTERS, invalid } from './catalogue-error.js';

/** The files that ship with this library; at the same place seen from `src` and from `dist`. */
const BUILT_IN = fileURLToPath(new URL('../../catalogue/', import.meta.url));
/** Files of one folder. */
const MAX_FILES = 1_000;

export interface LoadOptions {
  /** The user's own folders, the most important last: an entry wins over those of the same name before it. */
  folders?: readonly string[];
  /** Default true: the entries that ship with Switchyard, which all others win over. */
  builtIn?: boolean;
  /** Only what ships for this provider, which is one file. What is not asked for costs no time; the user's folders are read whole. */
  provider?: string;
}

/** Entries by name. */
export type Catalogue = ReadonlyMap<string, CatalogueEntry>;

/** By provider; all of them under the empty name. */
const shipped = new Map<string, Promise<readonly CatalogueEntry[]>>();

/**
 * Reads the catalogue: the entries that ship with Switchyard, which are read once, and those in the `.yaml` and `.yml` files of the
 * user's folders. Sorted by name.
 *
 * @throws CatalogueError `catalogue.invalid` with file, line and column, or `catalogue.unreadable`
 */
export async function loadCatalogue(options: LoadOptions = {}): Promise<Catalogue> {
  const known = options.builtIn === false ? [] : await readShipped(options.provider ?? '');
  const own = await Promise.all((options.folders ?? []).map((folder) => readFolder(folder)));
  const entries = [...known, ...own.flat()].map((entry) => [entry.name, entry] as const);
  return new Map([...new Map(entries)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A file that ships has the name of its provider. */
async function readShipped(provider: string): Promise<readonly CatalogueEntry[]> {
  const reading =
    shipped.get(provider) ?? readFolder(BUILT_IN, (name) => provider === '' || name === `${provider}.yaml`);
  const entries = await reading;
  // What there is not is not kept: anybody may ask for anything.
  if (entries.length > 0) shipped.set(provider, reading);
  return entries;
}

async function readFolder(folder: string, isWanted = (_name: string) => true): Promise<CatalogueEntry[]> {
  const found = await attempt(folder, () => readdir(folder));
  const names = found.filter((name) => /\.ya?ml$/.test(name) && isWanted(name)).sort();
  if (names.length > MAX_FILES)
    throw invalid(folder, `the folder holds ${names.length} files, and ${MAX_FILES} are allowed`);
  // The parser is loaded by who reads a catalogue, not by everybody who calls a model.
  const { readCatalogueFile } = await import('./read-catalogue-file.js');
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return readCatalogueFile(await readText(file), file);
    }),
  );
  const entries = files.flat();
  const seen = new Set<string>();
  const twice = entries.find(({ name }) => seen.size === seen.add(name).size);
  if (twice !== undefined)
    throw invalid(twice.file, `"${twice.name}" stands in this folder twice: take one of them out, or rename it`);
  return entries;
}

async function readText(file: string): Promise<string> {
  const { size } = await attempt(file, () => stat(file));
  // Four bytes a character at most.
  if (size > 4 * MAX_FILE_CHARACTERS) throw invalid(file, `it has ${size} bytes, which is too much for a catalogue`);
  return attempt(file, () => readFile(file, 'utf8'));
}

async function attempt<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CatalogueError('catalogue.unreadable', `Cannot read ${file}: ${reason}.`, { file }, { cause });
  }
}
