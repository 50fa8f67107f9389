import { codeOf } from '../../shared/error-text.js';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'the tool host may not',
  EPERM: 'the tool host may not',
  EROFS: 'nothing can be written there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENAMETOOLONG: 'a name in it is too long',
  ELOOP: 'its links lead in a circle',
  EEXIST: 'a folder on the way is a file',
  ENOTDIR: 'a folder on the way is a file',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
};

/** Why the file system refused, for a model: Node's own message names the place on this host, which is nobody's business. */
export function fileReason(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? (code || 'the file system refused it');
}
