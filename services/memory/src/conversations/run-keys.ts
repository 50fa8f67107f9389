/** The keys under which what a run's user and its agent said is recorded, each once. */
export function keysOfRun(runId: string): { input: string; output: string } {
  return { input: `${runId}/input`, output: `${runId}/output` };
}
