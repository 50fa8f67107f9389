/** What has to be closed, last opened first. */
export class Shutdown {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private running: Promise<void> | undefined;

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  add(step: () => Promise<unknown>): void {
    this.steps.unshift(step);
  }

  /** Every step, even after one that failed. @throws AggregateError of what failed */
  run(): Promise<void> {
    this.running ??= this.close();
    return this.running;
  }

  private async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const step of this.steps) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'The service stopped, but not all of it in good order');
  }
}
