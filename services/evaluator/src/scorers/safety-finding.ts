import type { Detector } from '../detectors/detector.js';

/** What must not appear, found: never the text itself, which a reason would only spread further. */
export interface Finding {
  /** As people call it: "an e-mail address". */
  what: string;
  /** Enough to find it again: `AKI…(20 characters)`. */
  hint: string;
}

/** The first thing that a detector finds and that is not allowed. */
export function firstFinding(text: string, detector: Detector, allowed: ReadonlySet<string>): Finding | undefined {
  const found = detector.find(text).find((item) => !allowed.has(item.text))?.text;
  return found === undefined ? undefined : { what: detector.what, hint: hintOf(found) };
}

function hintOf(found: string): string {
  return `${[...found].slice(0, 3).join('')}… (${[...found].length} characters)`;
}
