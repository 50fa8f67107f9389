/** How far two numbers may lie apart: the greater of the two counts; without either they must be equal. */
export interface Tolerance {
  /** In the number's own unit. */
  absolute?: number;
  /** Share of the expected number: 0.01 is one per cent. */
  relative?: number;
}

/** For schemas of options. */
export const toleranceSchema = {
  absolute: { type: 'number', minimum: 0 },
  relative: { type: 'number', minimum: 0 },
};

/** Binary fractions: 1.1 lies further than 0.1 from 1.0 by rounding alone. */
const ROUNDING = 4 * Number.EPSILON;

export function isNear(got: number, wanted: number, { absolute = 0, relative = 0 }: Tolerance): boolean {
  const allowed = Math.max(absolute, relative * Math.abs(wanted));
  return Math.abs(got - wanted) <= allowed + ROUNDING * Math.max(Math.abs(got), Math.abs(wanted));
}

/** `42 ± 0.5`; the number alone where it must be equal. */
export function describeNear(wanted: number, { absolute = 0, relative = 0 }: Tolerance): string {
  const parts = [absolute > 0 ? String(absolute) : '', relative > 0 ? `${relative * 100} %` : ''].filter(Boolean);
  return parts.length === 0 ? String(wanted) : `${wanted} ± ${parts.join(' or ')}`;
}
