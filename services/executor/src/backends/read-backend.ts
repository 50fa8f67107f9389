import { SwitchyardError, type Backend as BackendMessage } from '@switchyard/contracts';
import { defineProfile, WIRE_API_NAMES, type Backend, type ProfileInit } from '@switchyard/models';

/**
 * A registered backend as libs/models takes it. The router has validated it; members that a newer router knows stay.
 *
 * @throws SwitchyardError `backend.invalid` when its wire API is not known here
 */
export function readBackend(message: BackendMessage): Backend {
  const api = WIRE_API_NAMES.find((name) => name === message.api);
  if (!api) {
    throw new SwitchyardError(
      'backend.invalid',
      `Backend ${message.name} speaks "${message.api}", which this executor does not know: update it.`,
      {
        details: { backend: message.name, api: message.api },
      },
    );
  }
  const { version: _made, ...profile } = message.profile ?? {};
  const init: ProfileInit = { ...profile, api };
  return {
    name: message.name,
    baseUrl: message.baseUrl,
    api,
    model: message.model,
    profile: defineProfile(init),
    ...(message.apiKeyEnv === '' ? {} : { apiKeyEnv: message.apiKeyEnv }),
    ...(message.simulated ? { simulated: true } : {}),
  };
}
