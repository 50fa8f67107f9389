import { fromValue, SwitchyardError, timestampDate, type GiveFeedbackRequest } from '@switchyard/contracts';

/** Something said of a run, checked as far as it can be without knowing the run. */
export interface Said {
  tenant: string;
  runId: string;
  name: string;
  /** 0 to 1; null takes back what was said before. */
  value: number | null;
  comment: string;
  by: string;
  at: Date;
}

/** Where no name is given. */
export const RATING = 'rating';
/** Clocks of two machines may differ by so much, in milliseconds. */
const CLOCK_MS = 5 * 60_000;

/** @throws SwitchyardError `feedback.invalid` */
export function checkFeedback(request: GiveFeedbackRequest, now: Date): Said {
  const { tenant, runId, name, comment, by } = request;
  const at = request.at ? timestampDate(request.at) : now;
  if (Number.isNaN(at.getTime()) || at.getTime() > now.getTime() + CLOCK_MS) {
    throw invalid(
      runId,
      `its time (${String(request.at?.seconds)} s) is yet to come. Leave "at" out, or give the time at which it was said`,
    );
  }
  return { tenant, runId, name: name || RATING, value: readValue(request), comment, by, at };
}

/** Nobody can judge a run before it began. */
export function checkTime({ runId, at }: Said, startedAt: Date | undefined): void {
  if (startedAt === undefined || at.getTime() >= startedAt.getTime() - CLOCK_MS) return;
  throw invalid(
    runId,
    `it was said at ${at.toISOString()}, and the run began at ${startedAt.toISOString()}. Is it of another run?`,
  );
}

function readValue({ value, runId }: GiveFeedbackRequest): number | null {
  if (value === undefined)
    throw invalid(runId, 'it has no value. Give true, false, a number from 0 to 1, or null to take back');
  const given = fromValue(value);
  if (given === null) return null;
  if (typeof given === 'boolean') return given ? 1 : 0;
  if (typeof given === 'number' && given >= 0 && given <= 1) return given;
  throw invalid(
    runId,
    `its value is ${JSON.stringify(given).slice(0, 64)}. Give true, false, a number from 0 (useless) to 1 (perfect), or null to take back`,
  );
}

function invalid(runId: string, reason: string): SwitchyardError {
  return new SwitchyardError('feedback.invalid', `The feedback on run ${runId} is not taken: ${reason}.`, {
    details: { run_id: runId },
  });
}
