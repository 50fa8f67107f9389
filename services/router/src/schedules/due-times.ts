import type { CronTimes } from './cron-times.js';

/** Of times that passed while nobody could fire: none, the last one, or all of the last hundred. */
export const MISSED_POLICIES = ['skip', 'last', 'all'] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

export interface DueInput {
  times: CronTimes;
  /** The first time that has not been dealt with. */
  next: Date;
  now: Date;
  missed: MissedPolicy;
  /** Nothing is fired after it. */
  endsAt: Date | null;
}

export interface Due {
  /** What is to be fired, in order; none before `next`, none after `now`. */
  fire: Date[];
  /** Times that the policy left out, as far as they were counted. */
  skipped: number;
  /** The first time after `now`; null where the schedule has ended. */
  next: Date | null;
}

/** A time counts as missed when it is so old, in milliseconds: routers that are alive fire within seconds. */
export const ON_TIME_MS = 30_000;
/** Missed times of one schedule that are fired after an outage. */
export const MOST_MISSED = 100;
/** Times looked at one by one; with a time zone each costs a quarter of a millisecond. The finest grain is a second. */
const MOST_COUNTED = 500;

/** What a schedule owes at this moment. Pure: the same at every router, whenever it is asked. */
export function dueTimes({ times, next, now, missed, endsAt }: DueInput): Due {
  const until = endsAt !== null && endsAt < now ? endsAt : now;
  const passed = passedTimes(times, next, until);
  const onTime = passed.filter((time) => time.getTime() >= now.getTime() - ON_TIME_MS);
  const late = passed.slice(0, passed.length - onTime.length);
  const kept =
    missed === 'all' ? late.slice(-MOST_MISSED) : missed === 'last' && onTime.length === 0 ? late.slice(-1) : [];
  const following = next > now ? next : times.after(now);
  return {
    fire: [...kept, ...onTime],
    skipped: late.length - kept.length,
    next: following && (endsAt === null || following <= endsAt) ? following : null,
  };
}

/** From `next` to `until`; of more than can be counted the latest. */
function passedTimes(times: CronTimes, next: Date, until: Date): Date[] {
  if (next > until) return [];
  const passed = [next, ...upTo(times, next, until, MOST_COUNTED)];
  if (passed.length <= MOST_COUNTED) return passed;
  const recent = new Date(Math.max(next.getTime(), until.getTime() - MOST_COUNTED * 1_000));
  // Few times in the last minutes, after many: those that were counted are the latest but these.
  const latest = upTo(times, recent, until, MOST_COUNTED + 1);
  const known = new Set(latest.map(Number));
  return [...passed.filter((time) => time <= recent && !known.has(time.getTime())), ...latest];
}

function upTo(times: CronTimes, start: Date, until: Date, most: number): Date[] {
  const found: Date[] = [];
  for (let time = times.after(start); time && time <= until && found.length < most; time = times.after(time))
    found.push(time);
  return found;
}
