/** What an error of any realm says: errors that Node makes for a vm context are no instances of that context's Error. */
export function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message).replace(/\.$/, '');
}

/** Node's code of a system error ("ENOENT"), or ''. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return typeof code === 'string' ? code : '';
}
