/** A set-up step that failed: what, why, and the line to type. */
export class SetupError extends Error {
  constructor(what, why, line) {
    super(`${what}\n\n${indent(why)}\n\n${line}`);
    this.name = 'SetupError';
  }
}

/** The beginning of what a tool printed: causes come first, usage hints last. */
function indent(text) {
  const lines = text.trim().split('\n');
  const shown = lines.slice(0, 30).map((line) => `  ${line}`);
  return [...shown, ...(lines.length > 30 ? [`  … and ${lines.length - 30} lines more`] : [])].join('\n');
}
