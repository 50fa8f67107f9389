import type { CatalogueEntry } from '../catalogue/catalogue-entry.js';
import { loadCatalogue } from '../catalogue/load-catalogue.js';
import type { ProfileInit, WireApiName } from '../profile/profile.js';

/** A provider that is found by its API key. */
export interface HostedEntry {
  /** The backend's name. */
  name: string;
  title: string;
  apiKeyEnv: string;
  baseUrl: string;
  /** The model that is used unless the user names another. */
  model: string;
  profile: ProfileInit;
}

/** A server program that is found on its usual port. */
export interface LocalEntry {
  name: string;
  title: string;
  baseUrl: string;
  /** Of the list of its models, below the base URL. */
  modelsPath: string;
  api: WireApiName;
  /** Its window is the one served when the server does not tell. */
  profile: ProfileInit;
}

/** What discovery looks for, in the order in which it is offered. */
export interface Discoverable {
  hosted: readonly HostedEntry[];
  local: readonly LocalEntry[];
}

/**
 * The entries of the catalogue that discovery offers. @param folders the user's own, as `loadCatalogue` takes them
 *
 * @throws CatalogueError
 */
export async function discoverable(folders: readonly string[] = []): Promise<Discoverable> {
  const entries = [...(await loadCatalogue({ folders })).values()];
  const ordered = entries
    .flatMap((entry) => (entry.discovery === undefined ? [] : [{ entry, discovery: entry.discovery }]))
    .sort((a, b) => a.discovery.order - b.discovery.order);
  // Two of one name: the one that comes first is offered.
  const single = [...new Map(ordered.toReversed().map((each) => [each.discovery.backend, each])).values()].toReversed();
  const hosted: HostedEntry[] = [];
  const local: LocalEntry[] = [];
  for (const { entry, discovery } of single) {
    const { baseUrl, api, model, profile } = entry;
    const shown = { name: discovery.backend, title: discovery.title, baseUrl };
    if (discovery.by === 'port') local.push({ ...shown, modelsPath: discovery.modelsPath, api, profile });
    else hosted.push({ ...shown, apiKeyEnv: keyOf(entry), model, profile });
  }
  return { hosted, local };
}

/** Reading the file has made sure that there is one. */
function keyOf({ apiKeyEnv }: CatalogueEntry): string {
  return apiKeyEnv ?? '';
}
