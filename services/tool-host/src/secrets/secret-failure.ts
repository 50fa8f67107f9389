import { SwitchyardError } from '@switchyard/contracts';

/** What was sealed for something else, was changed, or is no sealed secret at all. */
export function unreadable(cause: unknown): SwitchyardError {
  return new SwitchyardError(
    'secrets.unreadable',
    'A sealed secret cannot be opened: it was changed, or belongs to something else. Give the secret anew.',
    { cause },
  );
}
