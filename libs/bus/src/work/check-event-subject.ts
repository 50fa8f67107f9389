import { eventTypeOf, SwitchyardError, type RunEvent } from '@switchyard/contracts';
import { subjectTokens } from '../subjects.js';

/**
 * Who may publish is decided by subjects: an event whose body speaks of another tenant, run or type than its subject is
 * nobody's.
 *
 * @throws SwitchyardError `contract.invalid`. Terminal.
 */
export function checkEventSubject(event: RunEvent, subject: string, prefix: string): void {
  const [tenant = '', runId = '', type = ''] = subjectTokens(subject, prefix).tokens;
  check('tenant', event.tenant, tenant);
  check('run_id', event.runId, runId);
  check('body', eventTypeOf(event), type);
}

function check(field: string, inBody: string, inSubject: string): void {
  if (inBody === inSubject) return;
  throw new SwitchyardError(
    'contract.invalid',
    `RunEvent.${field} is "${inBody.slice(0, 64)}", and the subject that it came on says "${inSubject.slice(0, 64)}".`,
    { details: { message: 'switchyard.v1.RunEvent', field } },
  );
}
