import type { Profile, WireApiName } from './profile.js';

/** One served model endpoint. Plain JSON; holds the name of the key's variable, never the key. */
export interface Backend {
  /** `[a-zA-Z0-9_-]+`: it is used in subjects and in the user's configuration. */
  name: string;
  /** With the API's version, without the operation: `https://api.openai.com/v1`. */
  baseUrl: string;
  api: WireApiName;
  /** The model id that is sent. */
  model: string;
  profile: Profile;
  /** The environment variable that holds the API key; absent where none is needed. */
  apiKeyEnv?: string;
  /** True for the simulator: no model is behind it. Shown wherever the backend is named. */
  simulated?: boolean;
}
