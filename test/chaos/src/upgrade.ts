import type { Build } from './build.js';
import type { Fleet, Member } from './fleet.js';
import { waitFor } from './wait-for.js';

/** How long a migration may take while Postgres is killed now and then, in milliseconds. */
const MIGRATION_MS = 120_000;

/** The replacement of a fleet's processes by those of another build, one after the other while programs go on. */
export class Upgrade {
  readonly #waiting: Member[];
  readonly #total: number;
  #migrating: Promise<void> | undefined;

  constructor(
    fleet: Fleet,
    private readonly to: Build,
    private readonly databaseUrl: string,
    private readonly say: (line: string) => void,
  ) {
    // One of each service first, so that each has both builds side by side for long.
    this.#waiting = [...fleet.members].sort((one, other) => one.replica - other.replica);
    this.#total = this.#waiting.length;
  }

  /**
   * Does what is due: between a fourth and three fourths of the programs, one process after the other is replaced, and no
   * two for the end of one program.
   *
   * @param share of the programs that have ended, from 0 to 1
   */
  async advance(share: number): Promise<void> {
    const due = Math.ceil(((share - 0.25) / 0.5) * this.#total);
    if (due <= this.#total - this.#waiting.length) return;
    // The database is brought forward while all processes are the old ones: they must get on with it.
    await (this.#migrating ??= this.#migrate());
    this.#replaceOne();
  }

  /** Whatever is left is replaced. */
  async finish(): Promise<void> {
    await (this.#migrating ??= this.#migrate());
    while (this.#waiting.length > 0) this.#replaceOne();
  }

  #replaceOne(): void {
    const member = this.#waiting.shift();
    if (!member) return;
    this.say(`  ${member.name} is replaced by ${this.to.name}`);
    member.build = this.to;
    member.restart();
  }

  async #migrate(): Promise<void> {
    const began = Date.now();
    let attempts = 0;
    // Postgres may be away just now.
    await waitFor(
      'the migration',
      async () => {
        attempts += 1;
        await this.to.migrate(this.databaseUrl);
        return true;
      },
      MIGRATION_MS,
    );
    const seconds = Math.round((Date.now() - began) / 1_000);
    this.say(`  the database was migrated by ${this.to.name} within ${seconds} s, at attempt ${attempts}`);
  }
}
