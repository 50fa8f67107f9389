import { SwitchyardError } from '@switchyard/contracts';

/**
 * One life: of a configuration, or of whatever else is watched. Times are numbers of one unit that the caller chooses
 * (exposures, seconds, days). Whole numbers are best: two times are tied when they are equal to the last bit.
 */
export interface Subject {
  /** When watching began, where that was later than the birth (left truncation); absent: watched from the birth on. */
  entry?: number;
  /** When the life, or the watching, ended. At risk at a time t is who has entry < t ≤ exit. */
  exit: number;
  /** What ended the life; absent: it was still going on when the watching ended (censored). */
  cause?: string;
  /** Subjects of one cluster (an agent, a tenant) are not independent; standard errors then count clusters. */
  cluster?: string;
}

/**
 * Takes the subjects as they are, or says what is wrong with them.
 * @throws SwitchyardError `survival.invalid`
 */
export function checkSubjects(subjects: readonly Subject[]): void {
  if (subjects.length === 0)
    throw invalid('There are no subjects, and nothing can be told of none. Name at least one.');
  subjects.forEach((subject, index) => checkSubject(subject, index));
  const clustered = subjects.filter(({ cluster }) => cluster !== undefined).length;
  if (clustered > 0 && clustered < subjects.length)
    throw invalid(
      `${clustered} of ${subjects.length} subjects name a cluster. Name one for each, or for none: a subject alone is a cluster of its own.`,
    );
}

function checkSubject({ entry, exit, cause }: Subject, index: number): void {
  if (!Number.isFinite(exit) || exit < 0)
    throw invalid(`Subject ${index + 1} ends at ${exit}: times are finite numbers from 0 on.`, index);
  if (cause === '')
    throw invalid(`Subject ${index + 1} has an empty cause. Leave it out where the life goes on.`, index);
  if (entry === undefined) return;
  if (!Number.isFinite(entry) || entry < 0)
    throw invalid(`Subject ${index + 1} enters at ${entry}: times are finite numbers from 0 on.`, index);
  // Whoever was not watched for any time is at risk at no time: an event of theirs would be counted out of nobody.
  if (entry >= exit)
    throw invalid(
      `Subject ${index + 1} enters at ${entry} and ends at ${exit}: it was watched for no time. Leave it out, or correct its times.`,
      index,
    );
}

/** The error of everything in this folder that was asked in a way that has no answer. */
export function invalid(message: string, index?: number): SwitchyardError {
  return new SwitchyardError(
    'survival.invalid',
    message,
    index === undefined ? {} : { details: { subject: index + 1 } },
  );
}
