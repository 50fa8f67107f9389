/**
 * - `catalogue.invalid`: a file cannot be used as it is written
 * - `catalogue.unreadable`: a file or folder cannot be read
 * - `catalogue.not_found`: no entry has that name
 * - `catalogue.ambiguous`: several have
 * - `catalogue.variable_missing`: an address has a part of your own, and its environment variable is not set
 * - `catalogue.variable_invalid`: it is set to what cannot stand in an address
 */
export type CatalogueErrorCode =
  | 'catalogue.invalid'
  | 'catalogue.unreadable'
  | 'catalogue.not_found'
  | 'catalogue.ambiguous'
  | 'catalogue.variable_missing'
  | 'catalogue.variable_invalid';

/** Something is wrong with a catalogue, or with what is asked of it: what, where, and what to do. Trying again does not help. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';

  constructor(
    readonly code: CatalogueErrorCode,
    message: string,
    /** File, line and column, as far as there are any; the names that were meant. */
    readonly details: Readonly<Record<string, string | number | string[]>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Recognises the class across duplicate installations of this library. */
  static is(value: unknown): value is CatalogueError {
    return typeof value === 'object' && value !== null && 'name' in value && value.name === 'CatalogueError';
  }
}

/** Characters of one file; the largest that ships has about five thousand. */
export const MAX_FILE_CHARACTERS = 1_048_576;

/** A place in a file, from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A file cannot be used as it is written: at a place, where one is known. */
export function invalid(file: string, reason: string, at?: { line: number; col: number } | Place): CatalogueError {
  const column = at === undefined ? undefined : 'col' in at ? at.col : at.column;
  const place = at === undefined || column === undefined ? '' : `:${at.line}:${column}`;
  return new CatalogueError('catalogue.invalid', `${file}${place}: ${reason}. Correct the file.`, {
    file,
    ...(at === undefined || column === undefined ? {} : { line: at.line, column }),
  });
}
