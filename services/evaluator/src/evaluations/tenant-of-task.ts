import { subjectTokens } from '@switchyard/bus';

/** The tenant in `<prefix>.tasks.<tenant>`; undefined for any other subject. */
export function tenantOfTask(subject: string, prefix: string): string | undefined {
  const { kind, tokens } = subjectTokens(subject, prefix);
  return kind === 'tasks' && tokens.length === 1 ? tokens[0] : undefined;
}
