import { SwitchyardError } from '@switchyard/contracts';
import type { Secrets } from './secrets.service.js';

/** Of a host without any. */
export const noSecrets: Pick<Secrets, 'named' | 'open' | 'isOfPlatform' | 'onChange'> = {
  onChange: () => undefined,
  named: () => [],
  isOfPlatform: () => false,
  open: (name) => Promise.reject(new SwitchyardError('secrets.not_found', `There is no secret "${name}" here.`)),
};
