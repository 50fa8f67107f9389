import type { Fault, FaultKind } from './options.js';

export const FAULT_KINDS: readonly FaultKind[] = [
  '401',
  '404',
  '429',
  '500',
  '503',
  '529',
  'overflow',
  'overflow-accepted',
  'overflow-truncated',
  'slow',
  'hang',
  'cut',
  'unfinished',
  'malformed',
  'error-midstream',
  'length',
  'quirk-arguments-object',
  'quirk-arguments-cumulative',
  'quirk-call-repeated',
  'quirk-double-encoded',
  'quirk-finish-stop',
  'quirk-id-missing',
  'quirk-name-split',
  'quirk-arguments-streamed',
  'quirk-unknown-tool',
  'quirk-arguments-missing',
  'schema-fault',
  'markup-cut',
  'markup-unclosed',
  'markup-mentioned',
  'markup-repeated',
];

/**
 * Reads a fault from a header or from the end of a model id: `429`, `cut;after=3`, `slow;delayMs=200`. Undefined if it names
 * none, so that a model id with a plus sign stays a model id.
 */
export function parseFault(text: string): Fault | undefined {
  const [kind, ...settings] = text.split(';').map((part) => part.trim());
  const fault = FAULT_KINDS.find((each) => each === kind);
  if (fault === undefined) return undefined;
  const result: Fault = { fault };
  for (const setting of settings) {
    const [key, value] = setting.split('=');
    const number = Number(value);
    if (!Number.isFinite(number)) continue;
    if (
      key === 'after' ||
      key === 'delayMs' ||
      key === 'retryAfterMs' ||
      key === 'window' ||
      key === 'times' ||
      key === 'rate'
    )
      result[key] = number;
  }
  return result;
}

/** The fault at the end of a model id: `simulator+429`. */
export function faultOfModel(model: string): Fault | undefined {
  const plus = model.lastIndexOf('+');
  return plus < 0 ? undefined : parseFault(model.slice(plus + 1));
}

/** The configured faults, with how often each was used. */
export class FaultPlan {
  private readonly used = new Map<Fault, number>();

  constructor(
    private faults: readonly Fault[],
    private readonly random: () => number,
  ) {}

  set(fault: Fault | null): void {
    this.faults = fault === null ? [] : [fault];
    this.used.clear();
  }

  /** Whether a fault of a share of requests hits this one. */
  hits({ rate }: Fault): boolean {
    return rate === undefined || this.random() < rate;
  }

  /** What goes wrong with the next request; undefined for nothing. */
  next(): Fault | undefined {
    return this.faults.find((fault) => {
      const used = this.used.get(fault) ?? 0;
      if (fault.times !== undefined && used >= fault.times) return false;
      if (!this.hits(fault)) return false;
      this.used.set(fault, used + 1);
      return true;
    });
  }
}
