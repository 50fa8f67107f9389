import { describe, expect, it } from '@jest/globals';
import { create, RunEventSchema } from '@switchyard/contracts';
import { Subjects } from '../subjects.js';
import { checkEventSubject } from './check-event-subject.js';

const { event: subjectOf, prefix } = new Subjects('test');
const event = create(RunEventSchema, {
  tenant: 't',
  runId: 'run_1',
  seq: 1,
  body: { case: 'runCompleted', value: {} },
});

describe('an event', () => {
  it('is taken on the subject of its tenant, run and type', () => {
    expect(() => checkEventSubject(event, subjectOf('t', 'run_1', 'RunCompleted'), prefix)).not.toThrow();
  });

  it.each([
    ['tenant', subjectOf('other', 'run_1', 'RunCompleted')],
    ['run_id', subjectOf('t', 'run_2', 'RunCompleted')],
    ['body', subjectOf('t', 'run_1', 'RunFailed')],
  ])('of another %s than its subject is refused for good', (field, subject) => {
    expect(() => checkEventSubject(event, subject, prefix)).toThrow(
      expect.objectContaining({
        code: 'contract.invalid',
        retryable: false,
        details: expect.objectContaining({ field }),
      }),
    );
  });
});
