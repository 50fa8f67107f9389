/** Why a piece of work failed; none where it did not. An AggregateError is its parts, each with its reason in one line. */
export async function failuresOf(work: Promise<unknown>): Promise<Error[]> {
  try {
    await work;
    return [];
  } catch (error) {
    return partsOf(error).map((part) => new Error(reasonOf(part), { cause: part }));
  }
}

function partsOf(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors : [error];
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`;
}
