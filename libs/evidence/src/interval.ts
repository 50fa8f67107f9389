/** An interval of a share, a mean or a difference, both ends included, in the unit of what it is of. */
export interface Interval {
  low: number;
  high: number;
}
