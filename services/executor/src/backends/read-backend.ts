import { SwitchyardError, type Backend as BackendMessage } from '@switchyard/contracts';
import { defineProfile, type Backend, type ProfileInit, type WireApiName } from '@switchyard/models';

const WIRE_APIS: Readonly<Record<WireApiName, true>> = { 'openai-chat': true, anthropic: true };

/**
 * A registered backend as libs/models takes it. The router has validated it; members that a newer router knows stay.
 *
 * @throws SwitchyardError `backend.invalid` when its wire API is not known here
 */
export function readBackend(message: BackendMessage): Backend {
  const api = Object.keys(WIRE_APIS).find((name): name is WireApiName => name === message.api);
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
