/** A set-up step that failed: what, why, and the line to type. */
export class SetupError extends Error {
  constructor(what, why, line) {
    super(`${what}\n\n${indent(why)}\n\n${line}`);
    this.name = 'SetupError';
  }
}

function indent(text) {
  return text
    .trim()
    .split('\n')
    .slice(-30)
    .map((line) => `  ${line}`)
    .join('\n');
}
