/** The normal distribution's 97.5 % point. */
export const Z95 = 1.959963984540054;

/** Student's 97.5 % points for 1 to 30 degrees of freedom: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * Student's t, two-sided 95 %. Beyond the table by the Cornish-Fisher expansion (Abramowitz and Stegun 26.7.5), which is
 * exact to five digits there.
 */
export function tQuantile95(degreesOfFreedom: number): number {
  const tabled = T95[degreesOfFreedom - 1];
  if (tabled !== undefined) return tabled;
  const v = degreesOfFreedom;
  const z = Z95;
  return (
    z +
    (z ** 3 + z) / (4 * v) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * v ** 3)
  );
}
