/** ln Σ e^x, without overflow; −∞ of nothing, ∞ where one is. */
export function logSumExp(logs: readonly number[]): number {
  const most = logs.reduce((one, other) => Math.max(one, other), -Infinity);
  if (!Number.isFinite(most)) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}
