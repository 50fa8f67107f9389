import type { Backend, ProfileInit, WireApiName } from '@switchyard/models';
import { defineProfile } from '@switchyard/models';
import type { WrittenForm } from './dialects/written-form.js';
import { checkedForm, modelOfForm } from './dialects/written-form.js';
import { SIMULATOR_MODEL } from './simulator-model.js';
import { SERVER_WIRES } from './wires/wires.js';

export interface SimulatorBackendOptions {
  /** Default `simulator`. */
  name?: string;
  /** Default `openai-chat`. */
  api?: WireApiName;
  /** Default `switchyard-simulator`. */
  model?: string;
  /** The endpoint answers as text in this dialect, and the profile says so. */
  writes?: WrittenForm;
  /** What the profile says otherwise than the wire's defaults. */
  profile?: Omit<Partial<ProfileInit>, 'api'>;
}

/** The backend that talks to a simulator at `url` (`http://127.0.0.1:7460`). @throws RangeError for an unknown dialect */
export function simulatorBackend(url: string, options: SimulatorBackendOptions = {}): Backend {
  const { name = 'simulator', api = 'openai-chat', model = SIMULATOR_MODEL, profile = {} } = options;
  const writes = checkedForm(options.writes);
  const { reasoning, ...others } = profile;
  return {
    name,
    baseUrl: new URL(SERVER_WIRES[api].basePath, url).href,
    api,
    model: writes === undefined ? model : modelOfForm(model, writes),
    profile: defineProfile({
      api,
      contextWindow: 128_000,
      maxOutputTokens: 16_384,
      ...(writes === undefined ? {} : { dialect: writes.dialect }),
      ...others,
      reasoning: { ...(writes?.opened === true ? { opened: true } : {}), ...reasoning },
    }),
    simulated: true,
  };
}
