const EVERY_MS = 10_000;

export interface ProgressFigures {
  begun: number;
  ended: number;
  failures: number;
  violations: number;
}

/** Says every ten seconds how far it is. */
export class Progress {
  readonly #began = Date.now();
  #before = 0;
  #mostMb = 0;
  readonly #timer: NodeJS.Timeout;

  /** @param programs all that are to be run */
  constructor(
    private readonly programs: number,
    private readonly figures: () => ProgressFigures,
    private readonly say: (line: string) => void,
  ) {
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
  }

  get minutes(): number {
    return (Date.now() - this.#began) / 60_000;
  }

  /** The most that this process took when it was looked at. */
  get memoryMb(): number {
    this.#mostMb = Math.max(this.#mostMb, Math.round(process.memoryUsage.rss() / 2 ** 20));
    return this.#mostMb;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tell(): void {
    const { begun, ended, failures, violations } = this.figures();
    const seconds = this.minutes * 60;
    const now = ((ended - this.#before) / (EVERY_MS / 1_000)).toFixed(1);
    this.#before = ended;
    this.say(
      `${Math.round(seconds)} s: ${ended} of ${this.programs} programs, ${(ended / seconds).toFixed(1)}/s, now ${now}/s; ` +
        `${begun - ended} wait, ${failures} failures, ${violations} violations, ${this.memoryMb} MB`,
    );
  }
}
