// What every peer's program shares: it measures itself by the benchmark's own measure, and prints one line of JSON.
const { measureSystem, STEPS } = await import(process.env.BENCH_MEASURE);

export { STEPS };

export const databaseUrl = process.env.BENCH_DATABASE_URL ?? '';
const pids = (process.env.BENCH_PIDS ?? '').split(',').filter(Boolean).map(Number);

/** `own`: further processes that the peer has started. */
export async function report(runOne, own = []) {
  const figures = await measureSystem({
    runOne,
    pids: () => [...pids, ...own],
    scale: Number(process.env.BENCH_SCALE ?? 1),
  });
  console.log(JSON.stringify(figures));
}
