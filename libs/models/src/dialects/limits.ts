/** Characters that one call may have: a file of several megabytes fits, an endless one does not. */
export const MAX_CALL_CHARACTERS = 8 * 1_048_576;
