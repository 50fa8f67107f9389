/** What must not appear, found: never the text itself, which a reason would only spread further. */
export interface Finding {
  /** As people call it: "an e-mail address". */
  what: string;
  /** Enough to find it again: `AKI…(20 characters)`. */
  hint: string;
}

/** A sort of text that must not appear. */
export interface Detector {
  name: string;
  /** Everything of the sort in a text. Bounded by the length of the text, or stopped by its caller. */
  find(text: string): string[];
  what: string;
}

/** The first thing that a detector finds and that is not allowed. */
export function firstFinding(text: string, detector: Detector, allowed: ReadonlySet<string>): Finding | undefined {
  const found = detector.find(text).find((item) => !allowed.has(item));
  return found === undefined ? undefined : { what: detector.what, hint: hintOf(found) };
}

function hintOf(found: string): string {
  return `${[...found].slice(0, 3).join('')}… (${[...found].length} characters)`;
}
