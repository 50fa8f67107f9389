/** What was started, and how each is stopped; unwound from the last to the first. */
export class Stack {
  readonly #parts: { name: string; stop: () => Promise<void> }[] = [];
  #unwinding: Promise<void> | undefined;

  push(name: string, stop: () => Promise<void>): void {
    this.#parts.push({ name, stop });
  }

  /** Stops everything, also what comes after a part that failed to stop; then throws what failed. */
  unwind(): Promise<void> {
    this.#unwinding ??= this.#stopAll();
    return this.#unwinding;
  }

  async #stopAll(): Promise<void> {
    const failures: Error[] = [];
    for (let part = this.#parts.pop(); part; part = this.#parts.pop()) {
      try {
        await part.stop();
      } catch (cause) {
        failures.push(new Error(`${part.name} did not stop cleanly`, { cause }));
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map((failure) => failure.message).join('; '));
  }
}
