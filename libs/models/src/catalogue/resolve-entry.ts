import type { Backend } from '../profile/backend.js';
import { defineProfile } from '../profile/profile.js';
import type { CatalogueEntry } from './catalogue-entry.js';
import { CatalogueError } from './catalogue-error.js';
import type { Catalogue } from './load-catalogue.js';

/** What stands for a part of an address: nothing that could lead to another host or path. */
const VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9._:@-]{0,126}[A-Za-z0-9])?$/;
/** Names that an error lists. */
const MAX_LISTED = 12;

/**
 * The entry of a name: `zai/glm-5.2`, `glm-5.2@zai`, or `glm-5.2` where one provider alone has it.
 *
 * @throws CatalogueError `catalogue.not_found` with names that are like it, `catalogue.ambiguous` with those that it may be
 */
export function findEntry(catalogue: Catalogue, name: string): CatalogueEntry {
  const at = name.lastIndexOf('@');
  const found =
    catalogue.get(name) ?? (at > 0 ? catalogue.get(`${name.slice(at + 1)}/${name.slice(0, at)}`) : undefined);
  if (found !== undefined) return found;
  const [only, ...more] = [...catalogue.values()].filter((entry) => entry.name.endsWith(`/${name}`));
  if (only !== undefined && more.length === 0) return only;
  const shown = name.slice(0, 128);
  if (only !== undefined) {
    const names = [only, ...more].map((entry) => entry.name);
    const message = `Several providers have "${shown}": ${names.join(', ')}. Say which.`;
    throw new CatalogueError('catalogue.ambiguous', message, { name: shown, names });
  }
  const words = name.toLowerCase().split(/[/@]/);
  const like = [...catalogue.keys()].filter((candidate) => isLike(candidate, words));
  const isNamed = (candidate: string): boolean => words.some((word) => candidate.endsWith(`/${word}`));
  const near = [...like.filter(isNamed), ...like.filter((each) => !isNamed(each))].slice(0, MAX_LISTED);
  const hint =
    near.length === 0 ? '`switchyard backends catalogue` lists what there is.' : `There are: ${near.join(', ')}.`;
  const message = `The catalogue has no "${shown}". ${hint}`;
  throw new CatalogueError('catalogue.not_found', message, { name: shown, names: near });
}

/** The provider that a name says, as `findEntry` reads it; undefined where it says none. */
export function providerOf(name: string): string | undefined {
  const slash = name.indexOf('/');
  if (slash > 0) return name.slice(0, slash);
  const at = name.lastIndexOf('@');
  return at > 0 && at < name.length - 1 ? name.slice(at + 1) : undefined;
}

/**
 * The backend of an entry, with what each account has for itself put in. @param env where it is looked up; `process.env` fits
 *
 * @throws CatalogueError `catalogue.variable_missing` with all that are missing, `catalogue.variable_invalid`
 */
export function resolveEntry(entry: CatalogueEntry, env: Readonly<Record<string, string | undefined>>): Backend {
  const values = valuesOf(entry, env);
  const fill = (text: string): string =>
    text.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => values.get(name) ?? whole);
  return {
    name: backendName(entry.name),
    baseUrl: fill(entry.baseUrl),
    api: entry.api,
    model: fill(entry.model),
    profile: defineProfile(entry.profile),
    ...(entry.apiKeyEnv === undefined ? {} : { apiKeyEnv: entry.apiKeyEnv }),
  };
}

/** The name of an entry as a backend can have it: `zai-glm-5-2`. */
export function backendName(entryName: string): string {
  return entryName.replaceAll(/[^a-zA-Z0-9_-]/g, '-').slice(0, 128);
}

function valuesOf(entry: CatalogueEntry, env: Readonly<Record<string, string | undefined>>): Map<string, string> {
  const text = `${entry.baseUrl} ${entry.model}`;
  const needed = Object.entries(entry.variables).filter(([name]) => text.includes(`{${name}}`));
  const missing = needed.filter(([, variable]) => (env[variable.env]?.trim() || variable.default) === undefined);
  if (missing.length > 0) {
    const told = missing.map(([, variable]) => `${variable.env} (${variable.about})`).join(', ');
    throw new CatalogueError(
      'catalogue.variable_missing',
      `The address of ${entry.name} is yours in part. Set ${told}.`,
      {
        entry: entry.name,
        names: missing.map(([, variable]) => variable.env),
      },
    );
  }
  return new Map(
    needed.map(([name, variable]) => {
      const value = env[variable.env]?.trim() || (variable.default ?? '');
      if (VALUE.test(value)) return [name, value];
      // The value is not told: it may be a key that was put into the wrong variable.
      const message = `${variable.env} cannot stand in the address of ${entry.name}: it is ${variable.about}, in letters, digits, ".", "_", ":", "@" and "-".`;
      throw new CatalogueError('catalogue.variable_invalid', message, { entry: entry.name, names: [variable.env] });
    }),
  );
}

/** Whether one has a word of the other that is long enough to mean something. */
function isLike(candidate: string, words: readonly string[]): boolean {
  const [, model = ''] = candidate.split('/');
  return words.some(
    (word) => word.length >= 3 && (candidate.includes(word) || (model.length >= 3 && word.includes(model))),
  );
}
