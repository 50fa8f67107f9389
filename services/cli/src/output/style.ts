/** Colour where a terminal shows it and the user has not refused it (https://no-color.org). */
const colours = process.stdout.isTTY && !process.env['NO_COLOR'];
const paint = (open: number, close: number) => (text: string) =>
  colours ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export const bold = paint(1, 22);
export const dim = paint(2, 22);
export const red = paint(31, 39);
export const green = paint(32, 39);
export const yellow = paint(33, 39);
export const cyan = paint(36, 39);

/** A run's status in its colour. */
export function statusColour(status: string): string {
  if (status === 'completed') return green(status);
  if (status === 'failed') return red(status);
  if (status === 'cancelled') return yellow(status);
  return cyan(status);
}

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text from a model or a tool, without the control characters that could drive the terminal. Line breaks and tabs stay. */
export function harmless(text: string): string {
  return text.replace(CONTROL, '');
}

const UNSAFE = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f]|\u001b(?!\[[\d;]*m)/g;

/** Text that is ready to be printed, without control characters but for colours: what a caller forgot drives no terminal either. */
export function printable(text: string): string {
  return text.replace(UNSAFE, '');
}

/** JSON for standard output or standard error. JSON may hold the control characters from 127 on as they are; terminals obey them. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    /[\u007f-\u009f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
