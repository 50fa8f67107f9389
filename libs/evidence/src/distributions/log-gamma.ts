const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);
/** Stirling's series: B(2k) / (2k (2k − 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];
/** From here the series is right to the last place of a double. */
const FAR = 15;

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  let shift = 0;
  let far = x;
  while (far < FAR) shift += Math.log(far++);
  return (far - 0.5) * Math.log(far) - far + HALF_LOG_TAU + stirlingRest(far) - shift;
}

/** ln Γ(x + 1) − (x + ½) ln x + x − ½ ln 2π for x > 0: what Stirling's formula leaves of x!. */
export function stirlingError(x: number): number {
  return x < FAR ? logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_TAU : stirlingRest(x);
}

function stirlingRest(x: number): number {
  const square = 1 / (x * x);
  return STIRLING.reduceRight((sum, term) => sum * square + term, 0) / x;
}
