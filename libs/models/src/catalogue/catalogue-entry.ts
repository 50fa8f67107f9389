import type { ProfileInit, WireApiName } from '../profile/profile.js';

/** A part of an address or a model id that each account has for itself. */
export interface CatalogueVariable {
  /** The environment variable that holds it. */
  env: string;
  /** What it is, for who has to set it. */
  about: string;
  /** Where the variable is not set. */
  default?: string;
}

/** How `discoverBackends` offers an entry. */
export type Discovery =
  /** Where the entry's API key is set: as the backend of this name. */
  | { by: 'key'; backend: string; title: string; order: number }
  /** Where a server answers at the entry's address: whichever model it serves. */
  | { by: 'port'; backend: string; title: string; order: number; modelsPath: string };

/** What is known of one served model endpoint. */
export interface CatalogueEntry {
  /** `provider/endpoint`, as in `zai/glm-5.2`. */
  name: string;
  provider: string;
  title: string;
  /** May hold `{placeholders}` of `variables`. */
  baseUrl: string;
  api: WireApiName;
  /** May hold `{placeholders}` of `variables`. */
  model: string;
  apiKeyEnv?: string;
  variables: Readonly<Record<string, CatalogueVariable>>;
  /** What differs from the defaults of the API. */
  profile: ProfileInit;
  /** Where the facts are from: addresses, or names of documents. */
  sources: readonly string[];
  /** The day on which they were true, `2026-09-23`. */
  asOf: string;
  /** What a person should know that no member of a profile says. */
  notes?: string;
  discovery?: Discovery;
  /** The file that says all this. */
  file: string;
}
