/** What waits for a backend, of one tenant and one priority. */
export interface Waiting {
  tenant: string;
  /** 1 (high) before 0. */
  priority: number;
  /** How many; no more than there is room for need be counted. */
  count: number;
}

/** Whose run is admitted next. */
export type Slot = Pick<Waiting, 'tenant' | 'priority'>;

/** Of so many slots one goes to the lower priority although the higher one waits: it is slowed down, and never starved. */
export const SLOTS_PER_NORMAL = 8;

/**
 * Divides a backend's free slots among the tenants that wait for it: high priority first, then whoever has had the least.
 * What a tenant has had counts for as long as it waits; one that comes anew begins where the others stand, so that nobody
 * saves up turns by asking for nothing.
 */
export class FairShares {
  /** Slots that each waiting tenant has had, on the scale of all: who has the least is next. */
  #turns = new Map<string, number>();
  /** Where the last tenant that was served stood. */
  #now = 0;
  #slots = 0;

  /** @returns whose runs to admit, in order; never more than `room`, and never more of anybody than waits */
  allot(room: number, waiting: readonly Waiting[]): Slot[] {
    this.#remember(waiting);
    const left = waiting.map((entry) => ({ ...entry }));
    const slots: Slot[] = [];
    while (slots.length < room) {
      const next = this.#choose(left.filter(({ count }) => count > 0));
      if (!next) break;
      next.count -= 1;
      slots.push({ tenant: next.tenant, priority: next.priority });
    }
    return slots;
  }

  #choose<Entry extends Waiting>(candidates: readonly Entry[]): Entry | undefined {
    if (candidates.length === 0) return undefined;
    this.#slots = (this.#slots + 1) % SLOTS_PER_NORMAL;
    const priorities = candidates.map(({ priority }) => priority);
    const wanted = this.#slots === 0 ? Math.min(...priorities) : Math.max(...priorities);
    const [first, ...others] = candidates.filter(({ priority }) => priority === wanted);
    if (!first) return undefined;
    const chosen = others.reduce((least, entry) => (this.#isBefore(entry, least) ? entry : least), first);
    this.#now = this.#turnsOf(chosen);
    this.#turns.set(chosen.tenant, this.#now + 1);
    return chosen;
  }

  #isBefore(a: Waiting, b: Waiting): boolean {
    const [turnsOfA, turnsOfB] = [this.#turnsOf(a), this.#turnsOf(b)];
    return turnsOfA === turnsOfB ? a.tenant < b.tenant : turnsOfA < turnsOfB;
  }

  #turnsOf({ tenant }: Waiting): number {
    return this.#turns.get(tenant) ?? this.#now;
  }

  /** Forgets who waits no more: a map of all tenants would grow without end. */
  #remember(waiting: readonly Waiting[]): void {
    this.#turns = new Map(waiting.map((entry) => [entry.tenant, this.#turnsOf(entry)]));
  }
}

/** How many slots each tenant has at each priority. */
export function sharesOf(slots: readonly Slot[]): Waiting[] {
  const shares = new Map<string, Waiting>();
  for (const { tenant, priority } of slots) {
    const place = placeOf({ tenant, priority });
    shares.set(place, { tenant, priority, count: (shares.get(place)?.count ?? 0) + 1 });
  }
  return [...shares.values()];
}

/** Runs in the order of the slots that they were admitted for; those of one place stay in their order. */
export function inOrder<Run extends Slot>(slots: readonly Slot[], runs: readonly Run[]): Run[] {
  const byPlace = new Map<string, Run[]>();
  for (const run of runs) byPlace.set(placeOf(run), [...(byPlace.get(placeOf(run)) ?? []), run]);
  return slots.flatMap((slot) => byPlace.get(placeOf(slot))?.splice(0, 1) ?? []);
}

function placeOf({ tenant, priority }: Slot): string {
  return `${priority}.${tenant}`;
}
