import { SwitchyardError, TOKEN, type SetSecretRequest } from '@switchyard/contracts';
import { isSecretName } from './secret-reference.js';

/** What is shorter is guessed, and cannot be looked for in what tools write without blotting out words. */
const MIN_BYTES = 8;
const MAX_BYTES = 65_536;
const MAX_ENTRIES = 64;

/** @throws SwitchyardError `secrets.invalid` saying what is wrong, and nothing of the value */
export function checkSecret({ name, value, usedBy, pools }: SetSecretRequest): void {
  const invalid = (why: string) =>
    new SwitchyardError('secrets.invalid', `The secret "${name.slice(0, 64)}" cannot be kept: ${why}.`);
  if (!isSecretName(name))
    throw invalid(
      'its name has to begin with a letter or a digit and be of letters, digits, ".", "_", "-", at most 64',
    );
  const bytes = Buffer.byteLength(value);
  if (bytes < MIN_BYTES)
    throw invalid(`it has ${bytes} bytes, and one of less than ${MIN_BYTES} cannot be kept out of what tools answer`);
  if (bytes > MAX_BYTES) throw invalid(`it has ${bytes} bytes, and may have ${MAX_BYTES}`);
  if (value.includes('\0')) throw invalid('it has a NUL character');
  if (usedBy.length === 0) throw invalid('nothing is named that may use it; name servers or tools under used_by');
  if (usedBy.length > MAX_ENTRIES || pools.length > MAX_ENTRIES)
    throw invalid(`one of its lists has more than ${MAX_ENTRIES} entries`);
  const odd = [...usedBy, ...pools].find((entry) => !TOKEN.test(entry));
  if (odd !== undefined) throw invalid(`${JSON.stringify(odd.slice(0, 64))} is no name of a server, a tool or a pool`);
}
