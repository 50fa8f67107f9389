export type { Interval } from './interval.js';
export { wilsonInterval } from './proportions/wilson.js';
