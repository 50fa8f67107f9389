/** A place in a text, from `start` up to but without `end`, and what stands there in the form by which it is named. */
export interface Found {
  start: number;
  end: number;
  text: string;
}

/** A sort of text that should not get about: secrets, and what tells who somebody is. */
export interface Detector {
  name: string;
  /** As people call it: "an e-mail address". */
  what: string;
  /** Everything of the sort in a text, in order. Bounded by the length of the text, or stopped by its caller. */
  find(text: string): Found[];
}

/** All matches of a global expression, but for those that `isRight` refuses. */
export function matchesOf(text: string, expression: RegExp, isRight: (found: string) => boolean = () => true): Found[] {
  return [...text.matchAll(expression)].flatMap(({ 0: found, index }) =>
    isRight(found) ? [{ start: index, end: index + found.length, text: found }] : [],
  );
}
