import type { Statement } from './statement.js';

/** What writers of these statements must not do at the same time: store the same one, or change the same subject. */
export function keysOf(statements: readonly Statement[]): string[] {
  return statements.flatMap(({ statementKey, subject }) =>
    subject === '' ? [statementKey] : [statementKey, `subject:${subject}`],
  );
}
