/**
 * What a person does not see in a text, and a model reads all the same: control characters but for tab and line feed, marks of direction, characters
 * of no width, and the tag and variation characters in which whole sentences can be hidden (Unicode Technical Report 36).
 */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/** A text of somebody's without what is hidden in it. */
export function plainText(text: string): string {
  return text.replace(UNSEEN, '');
}
