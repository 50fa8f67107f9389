/**
 * Text as it may be stored: well-formed Unicode, without NUL and the other control characters that Postgres refuses or
 * that only disturb a reader. Line breaks and tabs stay. May come out empty: then there was nothing to remember.
 */
export function cleanText(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd').replace(/\r\n?/g, '\n').replace(DISTURBING, '').trim();
}

/** C0 and C1 controls but for tab and line feed, and U+FEFF. Right-to-left marks stay: they are part of how a text reads. */
const DISTURBING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff]/g;

/** Half a character: UTF-8 has no form for it. */
export const LONE_SURROGATE = /\p{Cs}/gu;
